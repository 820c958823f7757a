"""Public addresses: forty attempts at server-side request forgery, none of which gets a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import UpstreamFailed
from llmanac.ingest.fetch.fetcher import Fetcher
from llmanac.ingest.fetch.public_addresses import GLOBAL_IPV6, SPECIAL_IPV4, SPECIAL_IPV6, objection_to
from llmanac.ingest.fetch.upstream import FetchBounds, Fetched, Upstream

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PUBLIC = "151.101.1.140"

LITERALS = """
    127.0.0.1  127.1  127.0.1  0.0.0.0  0  2130706433  0x7f000001  0x7f.1  017700000001  127.255.255.254  localhost
    [::1]  [::]  [0:0:0:0:0:0:0:1]  [::ffff:127.0.0.1]  [::ffff:7f00:1]  [::127.0.0.1]
    [64:ff9b::7f00:1]  [64:ff9b:1::7f00:1]  [2002:7f00:1::]  [2001:0:7f00:1::]
""".split()
"""Spellings of this machine."""

NAMES: Mapping[str, list[str]] = {
    "a private network": ["10.0.0.1"],
    "another private network": ["172.31.255.255"],
    "a network at home": ["192.168.1.1"],
    "a cloud's metadata": ["169.254.169.254"],
    "a cloud's metadata by IPv6": ["fd00:ec2::254"],
    "a cloud's metadata, mapped": ["::ffff:169.254.169.254"],
    "a cloud's metadata, translated": ["64:ff9b::a9fe:a9fe"],
    "a container's metadata": ["169.254.170.2"],
    "a carrier's network": ["100.100.100.200"],
    "link-local IPv6": ["fe80::1"],
    "link-local IPv6 with a zone": ["fe80::1%lo"],
    "unique local IPv6": ["fc00::1"],
    "site-local IPv6": ["fec0::1"],
    "multicast": ["224.0.0.1"],
    "multicast by IPv6": ["ff02::1"],
    "broadcast": ["255.255.255.255"],
    "reserved": ["240.0.0.1"],
    "protocols": ["192.0.0.8"],
    "a benchmark": ["198.18.0.1"],
    "documentation": ["2001:db8::1"],
    "more documentation": ["3fff::1"],
    "a relay": ["192.88.99.1"],
    "6to4": ["2002:a00:1::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "a public address and this machine": [PUBLIC, "127.0.0.1"],
    "this machine and a public address": ["127.0.0.1", PUBLIC],
}
"""Names, and what they stand for."""

TARGETS = (
    "https://127.0.0.1/",
    "https://localhost/",
    "http://models.dev/api.json",
    "file:///etc/passwd",
    "gopher://models.dev:70/1",
    "ftp://models.dev/api.json",
    "//169.254.169.254/latest/meta-data",
    "https://models.dev@127.0.0.1/",
    "https://models.dev:secret@models.dev/",
    "https://models.dev.evil.example/",
    "https://evil.example/models.dev",
    "https://[::1",
)
"""Hosts that an upstream may try to redirect us to."""


@dataclass
class Listener:
    """Counts whoever connects, on a free port of this machine."""

    port: int = 0
    connections: list[object] = field(default_factory=list)

    async def __call__(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer.get_extra_info("peername"))
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener, None, 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


class Recorder(httpx2.AsyncBaseTransport):
    """In place of the network: says where it was asked to go."""

    def __init__(self, response: httpx2.Response) -> None:
        self.requests: list[httpx2.Request] = []
        self._response = response

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self._response


def fetcher(names: Mapping[str, list[str]], *, transport: httpx2.AsyncBaseTransport | None = None) -> Fetcher:
    async def look_up(host: str, _port: int) -> list[str]:
        return names[host]

    return Fetcher(
        clock=lambda: NOON, jitter=lambda: 0.0, look_up=look_up, bounds=FetchBounds(total_s=5), transport=transport
    )


def test_there_are_at_least_forty_vectors() -> None:
    assert len(LITERALS) + len(NAMES) + len(TARGETS) >= 40


@pytest.mark.parametrize("host", LITERALS)
async def test_a_spelling_of_this_machine_is_refused_before_a_connection(host: str, listener: Listener) -> None:
    async with Fetcher(clock=lambda: NOON, jitter=lambda: 0.0, bounds=FetchBounds(total_s=5)) as real:
        with pytest.raises(UpstreamFailed, match=r"Only public addresses|cannot be found"):
            await real.fetch(Upstream(f"https://{host}:{listener.port}/api.json"))

    assert listener.connections == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_of_what_is_not_public_is_refused(name: str, listener: Listener) -> None:
    async with fetcher({"models.dev": NAMES[name]}) as careful:
        with pytest.raises(UpstreamFailed, match="Only public addresses"):
            await careful.fetch(Upstream(f"https://models.dev:{listener.port}/api.json"))

    assert listener.connections == []


@pytest.mark.parametrize("target", TARGETS)
async def test_a_redirect_off_the_upstream_is_refused(target: str) -> None:
    network = Recorder(httpx2.Response(302, headers={"location": target}))
    async with fetcher({"models.dev": [PUBLIC]}, transport=network) as careful:
        with pytest.raises(UpstreamFailed):
            await careful.fetch(Upstream("https://models.dev/api.json"))

    assert [request.url.host for request in network.requests] == [PUBLIC]


async def test_a_redirect_on_the_upstream_is_followed() -> None:
    class Moved(Recorder):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            self.requests.append(request)
            if request.url.path == "/api.json":
                return httpx2.Response(301, headers={"location": "/v2/api.json"})
            return httpx2.Response(200, stream=httpx2.ByteStream(b"{}"))

    network = Moved(httpx2.Response(500))
    async with fetcher({"models.dev": [PUBLIC]}, transport=network) as careful:
        assert isinstance(await careful.fetch(Upstream("https://models.dev/api.json")), Fetched)

    assert [request.url.path for request in network.requests] == ["/api.json", "/v2/api.json"]


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def rebinding(_host: str, _port: int) -> list[str]:
        return next(answers)

    network = Recorder(httpx2.Response(200, stream=httpx2.ByteStream(b"{}")))
    async with Fetcher(clock=lambda: NOON, jitter=lambda: 0.0, look_up=rebinding, transport=network) as careful:
        await careful.fetch(Upstream("https://models.dev/api.json"))
        [request] = network.requests
        with pytest.raises(UpstreamFailed, match="Only public addresses"):
            await careful.fetch(Upstream("https://models.dev/api.json"))

    assert request.url.host == PUBLIC
    assert request.headers["host"] == "models.dev"
    assert request.extensions["sni_hostname"] == "models.dev"
    assert network.requests == [request]


async def test_no_proxy_of_the_environment_is_asked(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{listener.port}")

    async with Fetcher(
        clock=lambda: NOON, jitter=lambda: 0.0, bounds=FetchBounds(attempts=1), allow_private=True
    ) as bold:
        with pytest.raises(UpstreamFailed, match="cannot be reached"):
            await bold.fetch(Upstream("http://127.0.0.1:1/api.json"))

    assert listener.connections == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::6812:1", "2a04:4e42::396"])
def test_public_addresses_are_fine(address: str) -> None:
    assert objection_to(ip_address(address)) is None


LENIENT_LIBRARY = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv6Network("::/3"),
    IPv6Network("4000::/2"),
    IPv6Network("8000::/1"),
)
"""Networks of the table that the standard library of some supported Python calls global, or multicast: the network for
protocols, of which it knew parts, the IPv6 relay and 6to4, Teredo and the like, documentation networks that were
registered late, and all of IPv6 outside of the part with addresses of public servers."""


def edges(network: IPv4Network | IPv6Network) -> list[IPv4Address | IPv6Address]:
    """The first and the last address of a network, and those beside it, as far as there are any."""
    first, last = int(network.network_address), int(network.broadcast_address)
    return [
        type(network.network_address)(number)
        for number in (first - 1, first, last, last + 1)
        if 0 <= number < 1 << network.max_prefixlen
    ]


@pytest.mark.parametrize("network", [*SPECIAL_IPV4, *SPECIAL_IPV6, GLOBAL_IPV6], ids=str)
def test_at_the_edges_of_the_table_the_standard_library_agrees(network: IPv4Network | IPv6Network) -> None:
    for address in edges(network):
        assert agrees(address), address


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_of_any_address_the_standard_library_agrees(address: IPv4Address | IPv6Address) -> None:
    assert agrees(address)


def agrees(address: IPv4Address | IPv6Address) -> bool:
    """Returns True if the table and the library agree, or the table alone refuses a network of LENIENT_LIBRARY."""
    is_public = address.is_global and not address.is_multicast
    if any(address.version == network.version and address in network for network in LENIENT_LIBRARY):
        return objection_to(address) is not None
    return is_public == (objection_to(address) is None)
