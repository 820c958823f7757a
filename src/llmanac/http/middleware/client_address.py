"""The client address of a request: that of the connection or, behind a trusted proxy, of X-Forwarded-For."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from llmanac.http.server.connections import site_of

FORWARDED_FOR = b"x-forwarded-for"


class ClientAddress:
    """Finds the client's address; ``proxies`` are the networks whose X-Forwarded-For is trusted."""

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        self._proxies: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(proxy) for proxy in proxies)

    def site(self, scope: Mapping[str, Any]) -> str:
        """The client's site, as ``site_of`` defines it; empty on a Unix socket, which has no addresses."""
        client = scope["client"]
        address = client[0] if client else ""
        if self._proxies:
            address = self._forwarded(scope["headers"], address)
        return site_of(address)

    def _forwarded(self, headers: Iterable[tuple[bytes, bytes]], address: str) -> str:
        """The last address in the chain that is no trusted proxy."""
        chain = ",".join(value.decode("latin-1") for name, value in headers if name == FORWARDED_FOR)
        for claimed in reversed(chain.split(",")):
            if not self._is_proxy(address) or not claimed.strip():
                break
            address = claimed.strip()
        return address

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)
