"""Connections to a server: each runs the steps of an exchange, one waiting for the network, the other awaiting it."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack

import httpx2

from llmanac_client.call import Call, Reply
from llmanac_client.errors import ConnectionFailed, TimedOut, TransportError
from llmanac_client.etag_cache import ETagCache
from llmanac_client.exchange import Exchange, Result, Send, Step, checked_address
from llmanac_client.retries import Retries
from llmanac_client.version import __version__

T = TypeVar("T")

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


def _exchange(url: str, options: Options) -> Exchange:
    token = options.get("token")
    headers = {"accept": "application/json", "user-agent": options.get("user_agent", USER_AGENT)}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return Exchange(
        url=checked_address(url),
        headers=headers,
        token=token,
        retries=options.get("retries", Retries()),
        timeout_s=options.get("timeout_s", TIMEOUT_S),
        cache=ETagCache(options.get("cache_bytes", CACHE_BYTES)),
    )


class Connection:
    """A connection to a server that runs calls one after another, in each thread that uses it."""

    def __init__(self, url: str, *, transport: httpx2.BaseTransport | None = None, **options: Unpack[Options]) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress."""
        self._exchange = _exchange(url, options)
        self._http = httpx2.Client(transport=transport)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._exchange.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open to the server."""
        self._http.close()

    def run(self, call: Call[T]) -> T:
        """The value of a call. Raises ClientError."""
        steps = self._exchange.steps(call)
        result: Result = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = self._do(step)

    def _do(self, step: Step) -> Result:
        if not isinstance(step, Send):
            time.sleep(step.seconds)
            return None
        try:
            response = self._http.request(
                step.method, step.url, headers=step.headers, content=step.content, timeout=step.timeout_s
            )
        except httpx2.HTTPError as error:
            return _failure(error, self._exchange.url, step.timeout_s)
        return _reply(response)


class AsyncConnection:
    """A connection to a server that runs calls beside one another, in one asyncio event loop."""

    def __init__(
        self, url: str, *, transport: httpx2.AsyncBaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress."""
        self._exchange = _exchange(url, options)
        self._http = httpx2.AsyncClient(transport=transport)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._exchange.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close what is open to the server."""
        await self._http.aclose()

    async def run(self, call: Call[T]) -> T:
        """The value of a call. Raises ClientError."""
        steps = self._exchange.steps(call)
        result: Result = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = await self._do(step)

    async def _do(self, step: Step) -> Result:
        if not isinstance(step, Send):
            await asyncio.sleep(step.seconds)
            return None
        try:
            response = await self._http.request(
                step.method, step.url, headers=step.headers, content=step.content, timeout=step.timeout_s
            )
        except httpx2.HTTPError as error:
            return _failure(error, self._exchange.url, step.timeout_s)
        return _reply(response)


def _reply(response: httpx2.Response) -> Reply:
    return Reply(response.status_code, {name.lower(): it for name, it in response.headers.items()}, response.content)


def _failure(error: httpx2.HTTPError, url: str, timeout_s: float) -> TransportError:
    is_unsent = isinstance(error, UNSENT)
    if isinstance(error, httpx2.TimeoutException):
        return TimedOut(f"{url} did not answer within {timeout_s:g} seconds.", is_unsent=is_unsent)
    return ConnectionFailed(f"{url} cannot be reached: {error}.", is_unsent=is_unsent)
