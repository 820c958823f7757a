from __future__ import annotations

import httpx2
import pytest

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.token import TokenId
from llmanac.errors import InvalidToken
from llmanac.http.app import create_app
from llmanac.http.requester import Headers, Requester, identify, read_credential
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

pytestmark = pytest.mark.anyio

READER = Principal(TokenId("reader"), "reader", frozenset({"catalog:read"}))


class Counting:
    """Knows the token ``known``, finds out about ``slow``, and writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def known(self, token: str | None) -> Principal | None:
        self.asked.append(("known", token))
        return READER if token == "known" else None

    async def verify(self, token: str | None) -> Principal:
        self.asked.append(("verify", token))
        if token != "slow":
            raise InvalidToken("unknown")
        return READER


@pytest.mark.parametrize(
    ("headers", "credential"),
    [
        ([], None),
        ([(b"authorization", b"Bearer a")], "a"),
        ([(b"authorization", b"bearer  a ")], "a"),
        ([(b"x-api-key", b" a ")], "a"),
        ([(b"x-api-key", b"a"), (b"authorization", b"BEARER b")], "b"),
        ([(b"authorization", b"Basic b"), (b"x-api-key", b"a")], "a"),
        ([(b"authorization", b"Basic b")], None),
        ([(b"authorization", b"Bearer \xe9")], "é"),
    ],
)
def test_a_credential_stands_in_one_of_two_headers(headers: Headers, credential: str | None) -> None:
    assert read_credential(headers) == credential


async def test_whose_it_is_is_found_out_once() -> None:
    authenticator = Counting()
    requester = Requester("slow", authenticator)
    assert requester.principal is None
    assert [await requester.verify(), await requester.verify(), requester.principal] == [READER] * 3
    assert authenticator.asked == [("known", "slow"), ("verify", "slow")]


async def test_a_principal_that_is_known_needs_no_finding_out() -> None:
    authenticator = Counting()
    assert await Requester("known", authenticator).verify() is READER
    assert authenticator.asked == [("known", "known")]


def test_who_asks_next_finds_the_same_in_the_scope() -> None:
    authenticator = Counting()
    scope = {"headers": [(b"x-api-key", b"known")]}
    assert identify(scope, authenticator) is identify(scope, authenticator)
    assert authenticator.asked == [("known", "known")]


@pytest.mark.parametrize(
    ("token", "asked"),
    [("known", [("known", "known")]), ("slow", [("known", "slow"), ("verify", "slow")])],
)
@pytest.mark.parametrize("path", ["catalog", "catalog?limit=nothing", "catalog/facets"])
async def test_the_whole_application_asks_once_for_each_request(
    embedded_edition: Edition, token: str, asked: list[tuple[str, str]], *, path: str
) -> None:
    authenticator = Counting()
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=authenticator))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        reply = await client.get(f"/api/v1/inference/{path}", headers={"authorization": f"bearer {token}"})
    assert reply.status_code == (422 if "nothing" in path else 200)
    assert authenticator.asked == asked


async def test_where_no_token_is_asked_for_everyone_is_known_at_once() -> None:
    class Open(Counting):
        def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
            return ANONYMOUS

    assert Requester(None, Open()).principal is ANONYMOUS
