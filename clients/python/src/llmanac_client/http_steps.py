"""What both connections have in common: their options, and the steps of an exchange in httpx2's terms."""

from __future__ import annotations

from typing import TypedDict

import httpx2

from llmanac_client.call import Reply
from llmanac_client.errors import ConnectionFailed, InvalidAddress, TimedOut, TransportError
from llmanac_client.etag_cache import ETagCache
from llmanac_client.exchange import Exchange, Send, checked_address, checked_token
from llmanac_client.retries import Retries
from llmanac_client.version import __version__

USER_AGENT = f"llmanac-client/{__version__}"
TIMEOUT_S = 30.0
CACHE_BYTES = 16 * 2**20
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
"""Failures before any of the request was sent."""


class Options(TypedDict, total=False):
    """How a connection behaves; each has a default."""

    token: str | None
    """The credential, sent as ``Authorization: Bearer …``; without one, the server decides what is open to all."""
    timeout_s: float
    """The longest wait for the server to accept a connection, or to send the next bytes; 30 by default."""
    retries: Retries
    cache_bytes: int
    """The most memory for responses that are kept with their ETags; 16 MiB by default, and 0 keeps none."""
    user_agent: str
    """The name of the program in the ``User-Agent`` header."""


def exchange_with(url: str, options: Options) -> Exchange:
    """The exchange with the server at an address. Raises InvalidAddress and MalformedToken."""
    address = checked_address(url)
    try:
        httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise InvalidAddress(f"A server's address has a host: {error}.") from None
    token = checked_token(options.get("token"))
    headers = {"accept": "application/json", "user-agent": options.get("user_agent", USER_AGENT)}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return Exchange(
        address,
        headers=headers,
        token=token,
        retries=options.get("retries", Retries()),
        timeout_s=options.get("timeout_s", TIMEOUT_S),
        cache=ETagCache(options.get("cache_bytes", CACHE_BYTES)),
    )


def uses_tls(url: str) -> bool:
    """Whether a connection needs a context for TLS, which takes 50 ms to make: none is followed from http to https."""
    return not url.startswith("http://")


def reply_of(response: httpx2.Response) -> Reply:
    """The reply that httpx2 has got."""
    return Reply(response.status_code, {name.lower(): it for name, it in response.headers.items()}, response.content)


def failure_of(error: httpx2.HTTPError, step: Send, *, server: str) -> TransportError:
    """The failure of a request to the server at an address."""
    is_unsent = isinstance(error, UNSENT)
    if isinstance(error, httpx2.TimeoutException):
        return TimedOut(f"{server} did not answer within {step.timeout_s:g} seconds.", is_unsent=is_unsent)
    return ConnectionFailed(f"{server} cannot be reached: {error}.", is_unsent=is_unsent)
