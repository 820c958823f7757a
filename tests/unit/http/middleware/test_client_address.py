from __future__ import annotations

import pytest

from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.server.connections import site_of


def site(client: str | None, *forwarded: str, proxies: tuple[str, ...] = ("10.0.0.0/8", "2001:db8:ffff::/48")) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return ClientAddress(proxies).site({"client": (client, 1) if client else None, "headers": headers})


def test_the_address_is_that_of_the_connection() -> None:
    assert site("192.0.2.1") == "192.0.2.1"
    assert site(None) == ""


def test_nobody_is_believed_who_is_not_named() -> None:
    assert site("192.0.2.1", "198.51.100.9") == "192.0.2.1"
    assert site("10.0.0.1", "198.51.100.9", proxies=()) == "10.0.0.1"


def test_a_named_proxy_is_believed() -> None:
    assert site("10.0.0.1", "198.51.100.9") == "198.51.100.9"


def test_what_the_client_itself_claims_is_not_believed() -> None:
    assert site("10.0.0.1", "127.0.0.1, 198.51.100.9, 10.9.9.9") == "198.51.100.9"
    assert site("10.0.0.1", "127.0.0.1, 198.51.100.9", "10.9.9.9") == "198.51.100.9"


@pytest.mark.parametrize("nonsense", ["", " , ", "unknown", "x" * 100])
def test_nonsense_is_somebody_and_nobody_elses_address(nonsense: str) -> None:
    assert site("10.0.0.1", nonsense) in {"10.0.0.1", nonsense}


def test_a_network_of_one_subscriber_is_one_site() -> None:
    assert site_of("2001:db8:1:2:3:4:5:6") == site_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert site_of("2001:db8:1:3::1") != site_of("2001:db8:1:2::1")
    assert site_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert site_of("fe80::1%eth0") == "fe80::/64"
    assert site_of("no:address") == "no:address"
