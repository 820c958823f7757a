from __future__ import annotations

from typing import Any

import orjson
import pytest

from llmanac.ingest.decode.feed import Feed
from llmanac.storage.database import Database

from ...small_past import THIRD, Installation, asking, edition_of, installation_on, model

pytestmark = pytest.mark.anyio


@pytest.fixture
def disagreeing(database: Database) -> Installation:
    """Two models at OpenAI, of which LiteLLM thinks otherwise."""
    host = {
        "id": "openai",
        "name": "OpenAI",
        "npm": "@ai-sdk/openai",
        "env": ["OPENAI_API_KEY"],
        "doc": "https://x.example",
    }
    models = {"gpt-9": model(), "gpt-8": model(limit={"context": 128_000, "output": 8_000})}
    rows = {
        "gpt-9": {"input_cost_per_token": 9e-6, "output_cost_per_token": 15e-6, "max_input_tokens": 128_000},
        "gpt-8": {"input_cost_per_token": 3e-6, "output_cost_per_token": 0, "max_input_tokens": 131_072},
    }
    prices = {id_: {"litellm_provider": "openai", "mode": "chat", **row} for id_, row in rows.items()}
    day = THIRD.isoformat()
    return installation_on(
        database,
        served=edition_of(
            Feed.of(name="models.dev", origin="x", date=day, data=orjson.dumps({"openai": {**host, "models": models}})),
            Feed.of(name="litellm", origin="x", date="2026-06", data=orjson.dumps(prices)),
        ),
    )


async def get(installation: Installation, query: str = "") -> Any:
    async with asking(installation) as client:
        answer = await client.get(f"/conflicts{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_conflict_tells_both_figures_with_their_dates_and_which_is_served(disagreeing: Installation) -> None:
    told = await get(disagreeing, "?id=openai/gpt-9")

    assert told["total"] == 1
    assert told["conflicts"] == [
        {
            "id": "openai/gpt-9",
            "provider": "openai",
            "base": "gpt-9",
            "litellm_id": "openai/gpt-9",
            "field": "input",
            "models_dev": {"value": 3, "date": "2026-07-01"},
            "litellm": {"value": 9, "date": "2026-06"},
            "claims": [
                {"source": "models.dev", "value": 3, "date": "2026-07-01", "since": None},
                {"source": "litellm", "value": 9, "date": "2026-06", "since": None},
            ],
            "ratio": 3.0,
            "cause": "drift",
            "explanation": told["conflicts"][0]["explanation"],
            "served": "models.dev",
            "served_rule": "order",
            "rule": told["conflicts"][0]["rule"],
        }
    ]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"input", "output", "context"}),
        ("?provider=openai", {"input", "output", "context"}),
        ("?provider=nobody", set()),
        ("?field=input&field=context", {"input", "context"}),
        ("?cause=zero", {"output"}),
        ("?cause=zero&field=input", set()),
        ("?base=gpt-8", {"output", "context"}),
        ("?id=openai/gpt-8", {"output", "context"}),
        ("?as_of=2026-05-01", set()),
    ],
)
async def test_filters(disagreeing: Installation, query: str, fields: set[str]) -> None:
    told = await get(disagreeing, query)

    assert {it["field"] for it in told["conflicts"]} == fields
    assert told["total"] == len(fields) == sum(told["causes"].values())


async def test_pages_are_linked(disagreeing: Installation) -> None:
    async with asking(disagreeing) as client:
        first = await client.get("/conflicts?limit=2")
        second = await client.get("http://test" + first.links["next"]["url"])

    assert (len(first.json()["conflicts"]), len(second.json()["conflicts"])) == (2, 1)
    assert first.json()["total"] == second.json()["total"] == 3
    assert "next" not in second.links


async def test_a_models_details_list_its_conflicts(disagreeing: Installation) -> None:
    async with asking(disagreeing) as client:
        told = (await client.get("/catalog/openai/gpt-9")).json()

    assert [it["field"] for it in told["conflicts"]] == ["input"]
    assert told["sources"]["litellm"]["record"]["input_cost_per_token"] == 9e-6
