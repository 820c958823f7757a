"""Keys in paths: whatever may be read is read below one, and nothing tells of it but addresses for its bearer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from llmanac.auth.verifier import TokenVerifier
from llmanac.http.app import create_app
from llmanac.http.middleware.path_keys import take_key
from llmanac.http.services import Services
from llmanac.paths import CATALOG
from llmanac.service.access.tokens import Tokens
from llmanac.storage.database import Database

from ...small_past import NOON, Installation

pytestmark = pytest.mark.anyio


@dataclass
class Visit:
    """A server, a key in paths, and a token for headers."""

    client: httpx2.AsyncClient
    key: str
    token: str

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers=headers)


@pytest.fixture
async def visit(installation: Installation, database: Database) -> AsyncIterator[Visit]:
    tokens = Tokens(database.tokens, clock=lambda: NOON)
    key, token = await tokens.create("picker", in_path=True), await tokens.create("gateway")
    verifier = TokenVerifier(database.tokens, clock=lambda: NOON)
    await verifier.refresh()
    await installation.archive.history.follow()
    app = create_app(
        Services(
            reader=installation.reader,
            authenticator=verifier,
            archive=installation.archive,
            response_capacity=1 << 20,
            clock=lambda: NOON,
        )
    )
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Visit(client, key.text, token.text)


async def test_what_a_header_opens_a_key_in_the_path_does_too(visit: Visit) -> None:
    for path in (
        CATALOG,
        f"{CATALOG}?query=alpha",
        f"{CATALOG}/acme/alpha",
        "/api/v1/inference/changes?since=2026-05-01",
    ):
        by_key = await visit.get(f"/k/{visit.key}{path}")
        by_header = await visit.get(path, authorization=f"Bearer {visit.token}")
        assert by_key.status_code == 200, by_key.text
        assert by_key.content == by_header.content
        assert by_key.headers["referrer-policy"] == "no-referrer"
        assert by_key.headers["cache-control"].startswith("private")


async def test_a_cached_and_an_unmodified_response_are_those_of_any_client(visit: Visit) -> None:
    first = await visit.get(f"/k/{visit.key}{CATALOG}")
    again = await visit.get(f"/k/{visit.key}{CATALOG}", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.headers["referrer-policy"]) == (304, "no-referrer")


async def test_the_key_counts_whatever_else_a_client_sends(visit: Visit) -> None:
    response = await visit.get(f"/k/{visit.key}{CATALOG}", authorization="Bearer placeholder")
    assert response.status_code == 200


@pytest.mark.parametrize("key", ["", "x", "llma_wrong", "%2e%2e", "a" * 300])
async def test_a_key_that_is_none_is_refused(visit: Visit, key: str) -> None:
    response = await visit.get(f"/k/{key}{CATALOG}")
    assert response.status_code in {401, 404}
    assert response.json()["type"] in {"token_error", "not_found_error"}


async def test_a_token_is_good_only_where_it_was_made_for(visit: Visit) -> None:
    in_path = await visit.get(f"/k/{visit.token}{CATALOG}")
    in_header = await visit.get(CATALOG, authorization=f"Bearer {visit.key}")
    assert (in_path.status_code, in_header.status_code) == (401, 401)
    assert "--in-path" in in_path.json()["detail"]
    assert "/k/<token>/" in in_header.json()["detail"]


async def test_a_key_opens_nothing_that_writes(visit: Visit) -> None:
    assert (await visit.get(f"/k/{visit.key}/api/v1/tokens")).status_code == 403
    assert (await visit.client.post(f"/k/{visit.key}/api/v1/refreshes")).status_code == 403


async def test_no_log_and_no_error_has_the_key(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = visit.key[14:]
    for path in (CATALOG, f"{CATALOG}?limit=x", "/nothing/here", f"{CATALOG}/nobody/nothing", "/api/v1/tokens"):
        response = await visit.get(f"/k/{visit.key}{path}")
        assert secret not in response.text
    logged = [f"{it.getMessage()} {it.__dict__}" for it in caplog.records if it.name.startswith("llmanac")]
    assert len(logged) >= 4
    assert secret not in " ".join(logged)


async def test_addresses_for_the_bearer_go_on_below_the_key(visit: Visit) -> None:
    page = await visit.get(f"/k/{visit.key}/api/v1/inference/changes?limit=1")
    following = page.headers["link"].partition(">")[0][1:]
    assert following.startswith(f"/k/{visit.key}/api/v1/")
    assert (await visit.get(following)).status_code == 200
    feed = await visit.get(f"/k/{visit.key}/api/v1/inference/changes?limit=1&format=atom")
    assert f'href="http://test/k/{visit.key}/api/v1/inference/changes?limit=1&amp;format=atom"' in feed.text


@pytest.mark.parametrize(
    ("path", "raw", "taken"),
    [
        ("/k/abc/api.json", b"/k/abc/api.json", ("abc", "/api.json", b"/api.json")),
        ("/k/abc/a b", b"/k/abc/a%20b", ("abc", "/a b", b"/a%20b")),
        ("/k/abc", b"/k/abc", ("abc", "/", b"/")),
        ("/k/abc/", b"/k/abc/", ("abc", "/", b"/")),
        ("/keys", b"/keys", (None, "/keys", b"/keys")),
    ],
)
def test_the_key_is_taken_out_of_the_path(path: str, raw: bytes, taken: tuple[str | None, str, bytes]) -> None:
    scope = {"path": path, "raw_path": raw}
    take_key(scope)
    take_key(scope)  # once is enough
    assert (scope.get("llmanac.path_key"), scope["path"], scope["raw_path"]) == taken
