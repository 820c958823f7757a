"""``GET /api/v1/inference/catalog/{id}/alternatives``, through the whole application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from llmanac.auth.verifier import OpenVerifier
from llmanac.http.api.alternatives import EXAMPLE
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.offers.alternative_list import AlternativeList

from ...small_past import FIRST, Installation, asking

ABOUT = "/api/v1/inference/catalog/{}/alternatives"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def client(embedded_edition: Edition, clock: Clock) -> Iterator[TestClient]:
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier(), clock=clock))
    with TestClient(app) as client:
        yield client


def get(client: TestClient, id_: str, query: str = "") -> Any:
    return client.get(ABOUT.format(id_) + query)


def test_an_answer_has_the_documented_shape(client: TestClient) -> None:
    answer = get(client, "openai/gpt-5.5", "?limit=3").json()

    def fields(shown: Any) -> Any:
        return {name: fields(it) for name, it in shown.items()} if isinstance(shown, dict) else None

    for part in ("model", "workload", "conditions"):
        assert fields(answer[part]) == fields(EXAMPLE[part])
    assert {*answer} == {*EXAMPLE}
    assert len(answer["models"]) == len(answer["hosts"]) == 3
    assert all({*it} == {*EXAMPLE["models"][0]} for it in (*answer["models"], *answer["hosts"]))
    assert answer["total_models"] > 10


def test_the_example_is_an_answer() -> None:
    TypeAdapter(AlternativeList).validate_python(EXAMPLE)


def test_the_workload_is_taken_as_an_estimate_takes_it(client: TestClient) -> None:
    query = "?input=300000&cache_read=250000&output=2000&requests=1000&batch_share=0.25&limit=2&lab=anthropic"
    answer = get(client, "gpt-5.5", query).json()
    work = {
        "models": [answer["model"]["id"], *(it["id"] for it in answer["models"])],
        "tokens": {"input": 300000, "cache_read": 250000, "output": 2000},
        "requests": 1000,
        "batch_share": 0.25,
    }
    estimates = client.post("/api/v1/inference/estimate", json=work).json()["models"]
    totals = {it["id"]: it["total"] for it in estimates}

    assert answer["model"]["total"] == totals["openai/gpt-5.5"]
    assert {it["id"]: it["total"] for it in answer["models"]}.items() <= totals.items()
    assert {it["lab"] for it in answer["models"]} == {"anthropic"}
    assert (answer["workload"]["requests"], answer["workload"]["batch_share"]) == (1000, "0.25")


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("?input=300k", 422, "input"),
        ("?input=-1", 422, "input"),
        ("?input=10&cache_read=20", 422, "input"),
        ("?requests=0", 422, "requests"),
        ("?batch_share=2", 422, "batch_share"),
        ("?batch_share=half", 422, "batch_share"),
        ("?service=slow", 422, "service"),
        ("?at=yesterday", 422, "at"),
        ("?at=2026-11-27T09:30:00", 422, "at"),
        ("?limit=0", 422, "limit"),
        ("?limit=101", 422, "limit"),
        ("?kind=poem", 422, "kind"),
        ("?listed_by=nobody", 422, "listed_by"),
        ("?as_of=today", 422, "as_of"),
        ("?min_price=5&max_price=1", 400, "min_price"),
        ("?offset=1", 400, "offset"),
        ("?sort=price", 400, "sort"),
        ("?requests=1&requests=2", 400, "requests"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_with_its_parameter(
    client: TestClient, query: str, status: int, place: str
) -> None:
    response = get(client, "gpt-5.5", query)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, status)
    assert place in problem["detail"]
    if status == 422:
        assert [it["loc"] for it in problem["errors"]] == [["query", place]]


def test_an_unknown_id_is_told_with_the_nearest_ones(client: TestClient) -> None:
    response = get(client, "gpt-9000")
    assert (response.status_code, response.json()["type"]) == (404, "not_found_error")
    assert "There is no model 'gpt-9000'; the nearest are openai/gpt" in response.json()["detail"]


def test_an_id_may_have_slashes_and_be_encoded(client: TestClient) -> None:
    plain = get(client, "amazon-bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "?limit=1")
    encoded = get(client, "amazon-bedrock%2Feu.anthropic.claude-sonnet-4-5-20250929-v1%3A0", "?limit=1")
    assert plain.status_code == 200
    assert plain.json() == encoded.json()


def test_what_is_unchanged_is_not_sent_again(client: TestClient, clock: Clock) -> None:
    first = get(client, "gpt-5.5", "?limit=1")
    tag = {"if-none-match": first.headers["etag"]}
    again = client.get(ABOUT.format("gpt-5.5") + "?limit=1", headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(ABOUT.format("gpt-5.5") + "?limit=2", headers=tag).status_code == 200
    assert client.get(ABOUT.format("gpt-5.4") + "?limit=1", headers=tag).status_code == 200

    clock.now = NOON + timedelta(days=1)
    assert client.get(ABOUT.format("gpt-5.5") + "?limit=1", headers=tag).status_code == 200, "another day of the end"
    clock.now = NOON


def test_without_listed_by_litellms_own_are_searched_for_other_kinds_than_chat(client: TestClient) -> None:
    def hosts_of(query: str) -> int:
        return int(get(client, "openai/text-embedding-3-small", query).json()["total_models"])

    assert hosts_of("") == hosts_of("?listed_by=any") > hosts_of("?listed_by=models.dev")
    chat = get(client, "gpt-5.5").json()["total_models"]
    assert chat == get(client, "gpt-5.5", "?listed_by=models.dev").json()["total_models"]


@pytest.mark.anyio
async def test_what_the_history_saw_removed_is_compared_as_it_was(installation: Installation) -> None:
    about = ABOUT.removeprefix("/api/v1/inference")
    async with asking(installation) as client:
        answer = (await client.get(about.format("acme/large-1"))).json()
        renamed = (await client.get(about.format("acme/large-2"))).json()
        before = (await client.get(about.format("acme/large-1") + f"?as_of={FIRST}")).json()
        never = await client.get(about.format("acme/large-9"))

    assert (answer["model"]["status"], answer["model"]["total"]) == ("removed", "45")
    assert (answer["model"]["successor"], answer["model"]["facts_of"]) == ("acme/large-3", None)
    assert answer["conditions"]["capabilities"] == ["tool_call"]
    assert answer["models"][0]["id"] == "acme/large-3"
    assert renamed["model"]["status"] == "removed"
    assert before["model"]["status"] is None
    assert [it["id"] for it in before["models"]] == ["acme/alpha", "acme/large-2"]
    assert never.status_code == 404
