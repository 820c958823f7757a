"""Freshness headers: of responses about the current catalog, and not about the past, on the fast path and off it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from llmanac.http.app import create_app
from llmanac.http.middleware.freshness import SNAPSHOT
from llmanac.http.services import Services
from llmanac.service.refresh.freshness import Freshness, SourceFreshness

from ...small_past import NOON, Installation, OpenGate

pytestmark = pytest.mark.anyio

SOURCE = SourceFreshness(name="models.dev", date="2026-07-01", checked_at=None, outcome=None, is_stale=False)
FRESHNESS = Freshness(snapshot="82a7aa91a6e7ed64", modified_at=NOON, sources=(SOURCE,))
TOKENS = {"tokens": {"input": 1000}}


@asynccontextmanager
async def asking(installation: Installation, *, hesitates: bool = True) -> AsyncIterator[httpx2.AsyncClient]:
    services = Services(
        reader=installation.reader,
        authenticator=OpenGate(hesitates=hesitates),
        archive=installation.archive,
        freshness=lambda: FRESHNESS,
        response_capacity=1 << 20,
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api/v1/inference") as client:
        yield client


def is_told(answer: httpx2.Response) -> bool:
    assert answer.status_code in {200, 304}, answer.text
    return SNAPSHOT in answer.headers


@pytest.mark.parametrize("hesitates", [False, True])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", True),
        ("query=as_of=", True),
        ("as_of=2026-05-31", False),
        ("as%5Fof=2026-05-31", False),
    ],
)
async def test_on_the_fast_path_and_in_the_framework(
    installation: Installation, query: str, *, told: bool, hesitates: bool
) -> None:
    await installation.archive.history.ready()
    async with asking(installation, hesitates=hesitates) as client:
        # The second is kept from the first, and the third is not modified.
        answers = [await client.get(f"/catalog?{query}") for _ in range(2)]
        answers.append(await client.get(f"/catalog?{query}", headers={"if-none-match": answers[0].headers["etag"]}))

    assert answers[2].status_code == 304
    assert [is_told(it) for it in answers] == [told] * 3


@pytest.mark.parametrize(("asked", "told"), [({}, True), ({"as_of": "2026-05-31"}, False)])
async def test_of_an_estimate_the_body_says_the_day(
    installation: Installation, asked: dict[str, Any], *, told: bool
) -> None:
    async with asking(installation) as client:
        assert is_told(await client.post("/estimate", json=TOKENS | asked)) is told


@pytest.mark.parametrize(("path", "told"), [("/catalog/facets", True), ("/catalog/facets?as_of=2026-05-31", False)])
async def test_other_responses(installation: Installation, path: str, *, told: bool) -> None:
    async with asking(installation) as client:
        assert is_told(await client.get(path)) is told
