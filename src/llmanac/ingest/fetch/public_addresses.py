"""Resolves hosts to public addresses only, against server-side request forgery (SSRF).

A name is looked up once, all of its addresses are checked, and the connection is made to one of these addresses: a
name that resolves differently a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from llmanac.errors import InvalidSource

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host and a port to the host's addresses, best first; raises OSError where there are none."""

SPECIAL_IPV4 = {
    IPv4Network(network): reason
    for network, reason in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's inner network"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "link-local, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a relay to IPv6"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved, or broadcast"),
    )
}
"""The networks of IANA's special-purpose registry in which no public server can be, and multicast."""

GLOBAL_IPV6 = IPv6Network("2000::/3")
"""The only part of IPv6 with addresses of public servers. Outside of it are loopback, link-local and private
addresses, multicast, and IPv4 addresses in IPv6: mapped, compatible, and translated (NAT64)."""

SPECIAL_IPV6 = {
    IPv6Network(network): reason
    for network, reason in (
        ("2001::/23", "reserved for protocols, Teredo among them"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a wrapped address of IPv4 (6to4)"),
        ("3fff::/20", "for documentation"),
    )
}


def objection_to(address: Address) -> str | None:
    """The reason why an address is not public; None for a public one."""
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in SPECIAL_IPV4.items() if address in network), None)
    if address not in GLOBAL_IPV6:
        return "no public address of IPv6"
    return next((reason for network, reason in SPECIAL_IPV6.items() if address in network), None)


async def look_up(host: str, port: int) -> list[str]:
    """Resolve a host with the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


async def resolve(host: str, port: int, *, look_up: Resolver, allow_private: bool) -> tuple[Address, ...]:
    """The addresses to connect to. Raises InvalidSource where any of them is not public, OSError where there are none.

    One private address is enough for a refusal: a name with both kinds is an attempt at SSRF.
    """
    texts = [host] if _is_address(host) else await look_up(host, port)
    addresses = tuple(ip_address(text.partition("%")[0]) for text in texts)
    if not addresses:
        raise OSError(f"{host} has no address")
    if not allow_private:
        for address in addresses:
            if objection := objection_to(address):
                raise InvalidSource(
                    f"{host} resolves to {address}: {objection}. Only public addresses are fetched from, "
                    "unless LLMANAC_ALLOW_PRIVATE_SOURCES is true."
                )
    return addresses


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
