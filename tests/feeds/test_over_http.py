"""Refreshes and freshness as a client sees them; and that one answer is of one snapshot, whatever goes on beside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.auth.token import TokenId
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.pipeline import build
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness, freshness_of

from .conftest import (
    HURRIED,
    NOON,
    HostileUpstream,
    Installation,
    Request,
    answer,
    as_json,
    installed,
    litellm,
    model,
    models_dev,
)

pytestmark = pytest.mark.anyio

CATALOG = "/api/v1/inference/catalog"
REFRESHES = "/api/v1/refreshes"
SCOPES = frozenset({Scope.CATALOG_READ.value, Scope.REFRESH_WRITE.value})


class Gate:
    """Lets everyone in, with these scopes."""

    def __init__(self, *scopes: str) -> None:
        self._principal = Principal(TokenId("12345678"), "tester", frozenset(scopes))

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return self._principal

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        return self._principal


@asynccontextmanager
async def asking(installation: Installation, *scopes: str) -> AsyncIterator[httpx2.AsyncClient]:
    services = Services(
        reader=installation.reader,
        authenticator=Gate(*(scopes or SCOPES)),
        refresh_runner=installation.refresh_runner,
        freshness=lambda: installation.publisher.freshness,
        response_capacity=1 << 20,
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def client(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with asking(installation) as client:
        yield client


async def stall(_: Request) -> None:
    await asyncio.sleep(20 * HURRIED.total_s)


# ── Refreshes ────────────────────────────────────────────────────────────────────────────────────


async def test_a_refresh_begins_and_its_record_tells_the_end(
    client: httpx2.AsyncClient, installation: Installation
) -> None:
    begun = await client.post(REFRESHES)
    assert (begun.status_code, begun.json()["status"]) == (202, "running")

    await installation.refresh_runner.wait(await installation.refresh_runner.record(begun.json()["id"]))
    ended = (await client.get(begun.headers["location"])).json()

    assert (ended["id"], ended["status"], ended["outcome"]) == (begun.json()["id"], "ended", "not_modified")
    assert [source["name"] for source in ended["sources"]] == ["models.dev", "litellm"]


async def test_who_waits_gets_the_record_of_the_end(client: httpx2.AsyncClient, installation: Installation) -> None:
    content = models_dev()
    content["host-1"]["models"]["lab-new"] = model(1, 1)
    installation.upstream.plays["/api.json"] = as_json(content)

    reply = await client.post(REFRESHES, params={"wait": "true"})

    assert (reply.status_code, reply.json()["outcome"]) == (200, "updated")
    assert reply.json()["snapshot"] == installation.reader.edition.id
    assert reply.json()["sources"][0]["added"] == 1


async def test_an_upstream_that_fails_is_a_bad_gateway(client: httpx2.AsyncClient, installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = answer(b"<html>", content_type="text/html")

    reply = await client.post(REFRESHES, params={"wait": "true"})

    assert (reply.status_code, reply.json()["type"]) == (502, "bad_gateway_error")
    assert "models.dev" in reply.json()["detail"]
    [record] = (await client.get(REFRESHES)).json()["refreshes"]
    assert record["id"] in reply.json()["detail"]
    assert record["outcome"] == "failed"


async def test_an_upstream_that_stalls_is_a_gateway_timeout(upstream: HostileUpstream, data_dir: Path) -> None:
    upstream.plays["/api.json"] = stall
    async with installed(upstream, data_dir, bounds=HURRIED) as installation, asking(installation) as client:
        reply = await client.post(REFRESHES, params={"wait": "true"})

    assert (reply.status_code, reply.json()["type"]) == (504, "gateway_timeout_error")


async def test_what_is_held_is_let_in(client: httpx2.AsyncClient, installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))
    refused = (await client.post(REFRESHES, params={"wait": "true"})).json()
    assert (refused["outcome"], refused["sources"][0]["pending"][0]["rule"]) == ("refused", "shrunk")

    accepted = await client.post(f"{REFRESHES}/{refused['id']}/accept", params={"wait": "true"})

    assert (accepted.status_code, accepted.json()["trigger"]) == (200, "accept")
    assert installation.reader.edition.size == 60
    again = await client.post(f"{REFRESHES}/{refused['id']}/accept")
    assert (again.status_code, again.json()["type"]) == (409, "conflict_error")


async def test_a_refresh_that_never_was(client: httpx2.AsyncClient) -> None:
    assert (await client.get(f"{REFRESHES}/none")).json()["type"] == "not_found_error"
    assert (await client.post(f"{REFRESHES}/none/accept")).json()["type"] == "not_found_error"
    assert (await client.get(f"{REFRESHES}/{'x' * 33}")).status_code == 422


async def test_who_may_only_read_reads(installation: Installation) -> None:
    async with asking(installation, Scope.CATALOG_READ.value) as reader:
        assert (await reader.get(REFRESHES)).status_code == 200
        assert (await reader.post(REFRESHES)).status_code == 403
        assert (await reader.post(f"{REFRESHES}/none/accept")).status_code == 403
    async with asking(installation, Scope.REFRESH_WRITE.value) as writer:
        assert (await writer.get(REFRESHES)).status_code == 403


# ── Freshness ────────────────────────────────────────────────────────────────────────────────────


async def test_answers_say_how_fresh_they_are(client: httpx2.AsyncClient, installation: Installation) -> None:
    packaged = await client.get(CATALOG)
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=13))
    await installation.refresh()
    await installation.publisher.catch_up()
    fresh = await client.get(CATALOG)

    assert packaged.headers["last-modified"] == "Wed, 30 Sep 2026 00:00:00 GMT"
    assert packaged.headers["llmanac-sources"] == 'litellm;date="2026-09-30";stale, models.dev;date="2026-09-30";stale'
    assert parsedate_to_datetime(fresh.headers["last-modified"]) == NOON + timedelta(hours=1)
    assert fresh.headers["llmanac-snapshot"] == f'"{installation.reader.edition.id}"'
    checked = int((NOON + timedelta(hours=1)).timestamp())
    assert f'models.dev;date="2026-11-23";checked=@{checked}' in fresh.headers["llmanac-sources"]
    assert "stale" not in fresh.headers["llmanac-sources"]


async def test_an_answer_that_is_not_modified_says_so_too(client: httpx2.AsyncClient) -> None:
    first = await client.get(CATALOG)

    again = await client.get(CATALOG, headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    for name in ("last-modified", "llmanac-snapshot", "llmanac-sources"):
        assert again.headers[name] == first.headers[name]


async def test_other_answers_about_models_say_it_and_refusals_do_not(client: httpx2.AsyncClient) -> None:
    assert "llmanac-snapshot" in (await client.get("/api/v1/inference/providers")).headers
    assert "llmanac-snapshot" not in (await client.get(CATALOG, params={"limit": "x"})).headers
    assert "llmanac-snapshot" not in (await client.get("/healthz")).headers


async def test_a_stale_catalog_says_so_and_still_answers(
    client: httpx2.AsyncClient, installation: Installation
) -> None:
    await installation.refresh()
    installation.now[0] += timedelta(hours=49)
    await installation.publisher.catch_up()

    reply = await client.get(CATALOG)
    ready = await client.get("/readyz")

    assert reply.status_code == ready.status_code == 200
    assert reply.headers["llmanac-sources"].count(";stale") == 2
    assert ready.json()["stale"] is True
    assert {source["name"]: source["outcome"] for source in ready.json()["sources"]} == {
        "models.dev": "not_modified",
        "litellm": "not_modified",
    }


async def test_readiness_names_neither_addresses_nor_paths(
    client: httpx2.AsyncClient, installation: Installation
) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=13))
    await installation.refresh()

    told = (await client.get("/readyz")).text
    assert "127.0.0.1" not in told
    assert '"origin":"upstream"' in told


# ── One snapshot ─────────────────────────────────────────────────────────────────────────────────


def edition_with(number: int) -> Edition:
    """A catalog in which every offer's name tells the number."""
    content = models_dev(hosts=3)
    for host in content.values():
        for it in host["models"].values():
            it["name"] = f"Lab {number}"
    feeds = {"models.dev": content, "litellm": litellm()}
    return Edition.of(
        build([Feed.of(name=name, origin="x", date="2026-11-23", data=orjson.dumps(it)) for name, it in feeds.items()])
    )


EDITIONS = tuple(edition_with(number) for number in range(4))


def names_in(body: bytes) -> set[str]:
    return {entry["name"] for entry in orjson.loads(body)["models"]}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    swaps=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    pauses=st.lists(st.integers(0, 3), min_size=1, max_size=10),
)
async def test_one_answer_is_of_one_snapshot(swaps: list[int], pauses: list[int]) -> None:
    """Editions are swapped while many requests are under way, on every path through the application."""
    reader = Reader(EDITIONS[0])
    standing: list[Freshness] = [look(EDITIONS[0])]
    services = Services(
        reader=reader, authenticator=Gate(*SCOPES), freshness=lambda: standing[0], response_capacity=1 << 20
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=True)

    async def swap() -> None:
        for turn, number in enumerate(swaps):
            reader.publish(EDITIONS[number])
            standing[0] = look(EDITIONS[number])
            for _ in range(pauses[turn % len(pauses)]):
                await asyncio.sleep(0)

    async def ask(client: httpx2.AsyncClient, query: str) -> None:
        reply = await client.get(f"{CATALOG}?limit=30&{query}")
        [name] = names_in(reply.content)
        of = EDITIONS[int(name.removeprefix("Lab "))].id
        assert reply.headers["etag"].startswith(f'"{of}')
        assert reply.headers.get("llmanac-snapshot", f'"{of}"') == f'"{of}"'

    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        queries = [f"query=lab&offset={number % 3}" for number in range(12)]
        await asyncio.gather(swap(), *(ask(client, query) for query in queries), swap())


def look(edition: Edition) -> Freshness:
    return freshness_of(edition, accepted_at=NOON, states={}, now=NOON, stale_after=timedelta(days=2))
