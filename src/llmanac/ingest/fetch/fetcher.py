"""Fetches feeds over HTTP: conditional requests, bounded in bytes and time, with back-off, to public addresses only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from http import HTTPStatus
from typing import Self

import httpx2

from llmanac.clock import Clock
from llmanac.errors import InvalidSource, UpstreamFailed, UpstreamStalled
from llmanac.ingest.content.compressed import Compressor
from llmanac.ingest.content.inflate import ACCEPTED, inflater_of
from llmanac.ingest.fetch import public_addresses, retry_after
from llmanac.ingest.fetch.public_addresses import Address, Resolver
from llmanac.ingest.fetch.shown_url import shown_url
from llmanac.ingest.fetch.upstream import (
    NO_VALIDATORS,
    USUAL_BOUNDS,
    FetchBounds,
    Fetched,
    Unmodified,
    Upstream,
    Validators,
)
from llmanac.user_agent import SERVER, user_agent

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 3
TRANSIENT = frozenset({500, 502, 504, 520, 521, 522, 523, 524})
"""Statuses that are retried after a back-off; those from 520 on are a content delivery network's."""
REFUSALS = frozenset({429, 503})
"""Statuses of an upstream that asks for a pause, perhaps with a ``Retry-After``."""
PAUSE_S = 60.0
"""Seconds of pause for an upstream that asks for one without a ``Retry-After``."""
JSON_TYPES = frozenset({"application/json", "text/json", "text/plain", "application/octet-stream", "application/gzip"})
"""Media types that JSON files are served with; the price map is served as ``text/plain``."""


class _TransientFailure(Exception):
    """A failure of an attempt that may succeed when retried."""


class Fetcher:
    """Fetches feeds; an asynchronous context manager."""

    def __init__(
        self,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        look_up: Resolver = public_addresses.look_up,
        bounds: FetchBounds = USUAL_BOUNDS,
        allow_private: bool = False,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """``jitter`` returns a number from 0 to 1. ``allow_private`` permits http, and private addresses."""
        self._clock = clock
        self._jitter = jitter
        self._sleep = sleep
        self._look_up = look_up
        self._bounds = bounds
        self._allow_private = allow_private
        self._timeout = httpx2.Timeout(bounds.total_s, connect=bounds.connect_s).as_dict()
        self._given = transport

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close its connections."""
        if "_transport" in vars(self):
            await self._transport.aclose()

    @cached_property
    def _transport(self) -> httpx2.AsyncBaseTransport:
        """The HTTP transport, created on first use, since reading the system's certificates takes a while.

        It is not a client, which would keep cookies, follow redirects and decompress without bounds.
        """
        return self._given or httpx2.AsyncHTTPTransport(
            trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0)
        )

    async def fetch(self, upstream: Upstream, *, validators: Validators = NO_VALIDATORS) -> Fetched | Unmodified:
        """Fetch a feed, or find that it is still the version of ``validators``.

        Raises UpstreamStalled when the total time is exceeded, UpstreamFailed for every other failure.
        """
        try:
            async with asyncio.timeout(self._bounds.total_s):
                return await self._try(upstream, validators)
        except TimeoutError as error:
            raise UpstreamStalled(
                f"{_host_of(upstream)} did not deliver the feed within {self._bounds.total_s:g} s."
            ) from error
        except InvalidSource as error:
            raise UpstreamFailed(error.detail) from error

    async def _try(self, upstream: Upstream, validators: Validators) -> Fetched | Unmodified:
        for attempt in range(1, self._bounds.attempts + 1):
            try:
                return await self._follow(upstream, validators)
            except _TransientFailure as error:
                if attempt == self._bounds.attempts:
                    raise UpstreamFailed(f"{error} This was tried {attempt} times.") from error.__cause__
                await self._sleep(self._bounds.backoff_s * 2 ** (attempt - 1) * self._jitter())
        raise AssertionError("the last attempt returns or raises")

    async def _follow(self, upstream: Upstream, validators: Validators) -> Fetched | Unmodified:
        """Send the request and follow redirects, as long as they stay on the upstream's own host."""
        url = httpx2.URL(upstream.url)
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url, upstream)
            async with self._request(url, validators) as response:
                if response.status_code not in REDIRECTS:
                    return await self._read(response, validators, host=url.host)
                url = _target(url, response)
        raise UpstreamFailed(f"{_host_of(upstream)} redirects more than {MAX_REDIRECTS} times.")

    def _check(self, url: httpx2.URL, upstream: Upstream) -> None:
        """Raises UpstreamFailed for a URL that is not https, or not on the upstream's own host."""
        if url.scheme != "https" and not (url.scheme == "http" and self._allow_private):
            raise UpstreamFailed(
                f"{_shown(url)} is not an https address. "
                "Plain http is permitted where LLMANAC_ALLOW_PRIVATE_SOURCES is true."
            )
        if url.host != _host_of(upstream) or not url.host:
            raise UpstreamFailed(
                f"{_shown(url)} is not on {_host_of(upstream)}, the only host that this feed is fetched from."
            )
        if url.userinfo:
            raise UpstreamFailed(f"An address on {url.host} with a user or password in it is refused.")

    @asynccontextmanager
    async def _request(self, url: httpx2.URL, validators: Validators) -> AsyncIterator[httpx2.Response]:
        """The response, its body unread, from the first of the host's addresses that accepts the connection."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            addresses = await public_addresses.resolve(
                url.host, port, look_up=self._look_up, allow_private=self._allow_private
            )
        except OSError as error:
            raise _TransientFailure(f"{url.host} cannot be found.") from error
        response = await self._connect(url, addresses, validators)
        try:
            yield response
        except httpx2.TransportError as error:
            raise _TransientFailure(f"{url.host} closed the connection in the middle of the feed.") from error
        finally:
            await response.aclose()

    async def _connect(
        self, url: httpx2.URL, addresses: tuple[Address, ...], validators: Validators
    ) -> httpx2.Response:
        failure: Exception | None = None
        for target in addresses:
            request = httpx2.Request(
                "GET",
                url.copy_with(host=str(target)),
                headers={
                    "host": url.netloc.decode("ascii"),
                    "accept": "application/json",
                    "accept-encoding": ACCEPTED,
                    "user-agent": user_agent(SERVER),
                    **validators.headers,
                },
                extensions={"sni_hostname": url.host, "timeout": self._timeout},
            )
            try:
                return await self._transport.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            except httpx2.TransportError as error:
                raise _TransientFailure(f"{url.host} accepted the connection and sent no response.") from error
        raise _TransientFailure(f"{url.host} cannot be reached.") from failure

    async def _read(self, response: httpx2.Response, validators: Validators, *, host: str) -> Fetched | Unmodified:
        self._check_status(response, host)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return _unmodified(response, validators)
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type and media_type not in JSON_TYPES and not media_type.endswith("+json"):
            raise InvalidSource(f"{host} answered with {media_type[:60]!r}, where JSON is expected.")
        return await self._unpack(response)

    def _check_status(self, response: httpx2.Response, host: str) -> None:
        status = response.status_code
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            return
        if status in REFUSALS:
            wait = retry_after.seconds_of(response.headers.get("retry-after"), now=self._clock())
            raise UpstreamFailed(f"{host} asks to be left alone ({status}).", retry_after_s=wait or PAUSE_S)
        if status in TRANSIENT:
            raise _TransientFailure(f"{host} answered {status}.")
        raise UpstreamFailed(f"{host} answered {status}, where 200 is expected.")

    async def _unpack(self, response: httpx2.Response) -> Fetched:
        inflater = inflater_of(response.headers.get("content-encoding", ""))
        compressor = Compressor(limit=self._bounds.content_bytes)
        wire_bytes = 0
        async for chunk in response.aiter_raw():
            wire_bytes += len(chunk)
            if wire_bytes > self._bounds.wire_bytes:
                raise InvalidSource(f"the feed has more than {self._bounds.wire_bytes} bytes on the wire.")
            for piece in inflater.feed(chunk):
                compressor.add(piece)
                await asyncio.sleep(0)  # other tasks of the event loop run between two pieces
        inflater.end()
        return Fetched(compressor.finish(), wire_bytes, _validators(response.headers))


def _host_of(upstream: Upstream) -> str:
    return httpx2.URL(upstream.url).host


def _target(url: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
    try:
        return url.join(response.headers.get("location", ""))
    except (httpx2.InvalidURL, ValueError) as error:
        raise UpstreamFailed(f"{url.host} redirects to an invalid address.") from error


def _unmodified(response: httpx2.Response, validators: Validators) -> Unmodified:
    """Check a 304. Raises InvalidSource if the request was not conditional, or the ETag is of another version."""
    etag = response.headers.get("etag")
    if not validators.headers:
        raise InvalidSource("the response was 304 (not modified), though the request named no version.")
    if etag and validators.etag and _opaque(etag) != _opaque(validators.etag):
        raise InvalidSource("the response was 304 (not modified), but with the ETag of another version.")
    return Unmodified()


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(_token(headers.get("etag")), _token(headers.get("last-modified")))


def _token(value: str | None) -> str | None:
    """A header's value if it can be sent back: short, and of printable ASCII characters; else None."""
    return value if value and len(value) <= 256 and value.isascii() and value.isprintable() else None  # noqa: PLR2004 -- long enough for any real one


def _shown(url: httpx2.URL) -> str:
    return repr(shown_url(str(url))[:100])
