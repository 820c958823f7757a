"""Connections of a server: their number, in all and per client site, and their deadlines."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from llmanac.http.server.bounds import ADDRESS_FULL, SERVER_FULL, WireBounds, WireError
from llmanac.http.server.request_cycle import encode_fields

SWEEP_SECONDS = 0.25
"""Seconds by which a passed deadline may be noticed late."""

ENDED_AT_ONCE = 20
"""Connections ended before the event loop gets a turn: a thousand may time out at the same moment."""

IPV6_SITE_BITS = 64
"""The prefix length of the network that one subscriber usually has to itself."""


class Perishable(Protocol):
    """A connection with deadlines."""

    def expire(self, now: float) -> bool:
        """End the connection if a deadline has passed at ``now``; whether one had."""


class Connections:
    """Counts connections by client site, and sweeps them for deadlines that have passed.

    One sweep over plain numbers every quarter of a second costs far less than two timers for every request.
    ``now`` is the time of the last sweep, on the event loop's clock.
    """

    def __init__(self, bounds: WireBounds) -> None:
        self.bounds = bounds
        self.now = 0.0
        self.draining = False
        """The server is about to stop: responses close their connections, so that clients go elsewhere."""
        self.refusals: Counter[str] = Counter()
        """Counts of wire errors, by reason."""
        self.total = 0
        self._per_address: Counter[str] = Counter()
        self._default_headers: list[tuple[bytes, bytes]] = []
        self._default_block = b""

    def admit(self, address: str) -> WireError | None:
        """Count a new connection from this address; the error to close it with where there are too many."""
        if self.total >= self.bounds.connections:
            return SERVER_FULL
        site = site_of(address)
        limit = self.bounds.connections_per_address
        if limit and self._per_address[site] >= limit:
            return ADDRESS_FULL
        self._per_address[site] += 1
        self.total += 1
        return None

    def release(self, address: str) -> None:
        """Uncount an admitted connection that has ended."""
        site = site_of(address)
        self._per_address[site] -= 1
        self.total -= 1
        if not self._per_address[site]:
            del self._per_address[site]

    def encoded(self, default_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The headers of every response as lines, cached: the server replaces the list once a second, for the date."""
        if default_headers is not self._default_headers:
            self._default_headers, self._default_block = default_headers, encode_fields(default_headers)
        return self._default_block

    @contextlib.asynccontextmanager
    async def watch(self, connections: Iterable[Perishable]) -> AsyncIterator[None]:
        """Enforce the deadlines of these connections until the block ends."""
        self.now = asyncio.get_running_loop().time()
        sweeper = asyncio.create_task(self._sweep(connections))
        try:
            yield
        finally:
            sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeper

    async def _sweep(self, connections: Iterable[Perishable]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self.now = now = loop.time()
            ended = 0
            for connection in tuple(connections):
                ended += connection.expire(now)
                if ended >= ENDED_AT_ONCE:
                    ended = 0
                    await asyncio.sleep(0)


def site_of(address: str) -> str:
    """The client site of an address: an IPv4 address itself, the /64 network of an IPv6 address."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> IPV6_SITE_BITS << IPV6_SITE_BITS)) + f"/{IPV6_SITE_BITS}"
