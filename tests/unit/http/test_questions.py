"""The catalog's other endpoints, through the whole application: shapes, errors, ETags."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.auth.verifier import OpenVerifier
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.http.api import compare, estimate, facets, providers, validate
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.search.query.schema import PARAMETERS, PRESENTATION
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.offers.comparison import Comparison
from llmanac.service.offers.estimator import EstimateRanking
from llmanac.service.offers.providers import ProviderList
from llmanac.service.offers.validation import Validations

WORK = {"tokens": {"input": 1_000, "output": 1_000}}
TWO = "claude-sonnet-5,gemini/gemini-3.5-flash-lite"


@pytest.fixture(scope="module")
def client(embedded_edition: Edition) -> Iterator[TestClient]:
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))
    with TestClient(app) as client:
        yield client


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    reply = client.get(path, params=parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()


def post(client: TestClient, path: str, body: dict[str, Any]) -> Any:
    reply = client.post(path, json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize(
    ("shape", "path", "asked"),
    [
        (facets.Facets, paths.FACETS, {"query": "claude"}),
        (facets.Facets, paths.FACETS, {"query": "claude", "provider": "nobody"}),
        (ProviderList, paths.PROVIDERS, {}),
        (Comparison, paths.COMPARE, {"ids": TWO}),
    ],
)
def test_a_get_responds_in_the_shape_of_its_document(
    client: TestClient, shape: type, path: str, asked: dict[str, Any]
) -> None:
    reply = client.get(path, params=asked)
    TypeAdapter(shape).validate_json(reply.content, strict=True)
    assert reply.headers["cache-control"] == "private, no-cache"
    again = client.get(path, params=asked, headers={"if-none-match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("shape", "path", "asked"),
    [
        (Validations, paths.VALIDATE, validate.REQUEST_EXAMPLE),
        (Validations, paths.VALIDATE, {"ids": ["gpt-4-0613", "openrouter/auto", "zzz", "azure/gpt-4.1"]}),
        (EstimateRanking, paths.ESTIMATE, estimate.REQUEST_EXAMPLE),
        (EstimateRanking, paths.ESTIMATE, {**WORK, "filter": {"provider": "openrouter"}}),
    ],
)
def test_a_post_responds_in_the_shape_of_its_document(
    client: TestClient, shape: type, path: str, asked: dict[str, Any]
) -> None:
    # JSON has no enumerations: their members are strings there, which strict validation of JSON takes.
    TypeAdapter(shape).validate_json(client.post(path, json=asked).content, strict=True)


@pytest.mark.parametrize(
    ("example", "shape"),
    [
        (facets.EXAMPLE, facets.Facets),
        (providers.EXAMPLE, ProviderList),
        (compare.EXAMPLE, Comparison),
        (validate.REQUEST_EXAMPLE, validate.Ids),
        (validate.EXAMPLE, Validations),
        (estimate.REQUEST_EXAMPLE, estimate.EstimateRequest),
        (estimate.EXAMPLE, EstimateRanking),
    ],
)
def test_examples_are_examples(example: dict[str, Any], shape: type) -> None:
    TypeAdapter(shape).validate_python(example)


class TestFacets:
    def test_takes_every_filter_of_the_catalog_and_nothing_that_pages(self, client: TestClient) -> None:
        operation = client.get("/openapi.json").json()["paths"][paths.FACETS]["get"]
        documented = {it["name"] for it in operation["parameters"]}
        assert documented == {it.name for it in PARAMETERS} - PRESENTATION
        reply = client.get(paths.FACETS, params={"limit": 3})
        assert (reply.status_code, reply.json()["type"]) == (400, "invalid_error")

    def test_counts_what_the_catalog_finds(self, client: TestClient) -> None:
        asked = {"query": "qwen", "open_weights": "true", "max_price": "2"}
        assert get(client, paths.FACETS, **asked)["total"] == get(client, "/api/v1/inference/catalog", **asked)["total"]

    def test_a_wrong_value_is_located(self, client: TestClient) -> None:
        reply = client.get(paths.FACETS, params={"min_price": "nan"})
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["loc"] == ["query", "min_price"]


class TestProviders:
    def test_all_of_them_by_id(self, client: TestClient, embedded_edition: Edition) -> None:
        answer = get(client, paths.PROVIDERS)
        ids = [it["id"] for it in answer["providers"]]
        assert ids == sorted(embedded_edition.catalog.providers)
        assert answer["total"] == len(ids)
        assert sum(it["offers"] for it in answer["providers"]) == len(embedded_edition.catalog.offers)

    def test_there_is_nothing_to_choose(self, client: TestClient) -> None:
        assert client.get(paths.PROVIDERS, params={"query": "x"}).status_code == 400


class TestCompare:
    def test_ids_come_in_either_spelling_and_either_way(self, client: TestClient) -> None:
        joined = get(client, paths.COMPARE, ids=TWO)
        apart = client.get(paths.COMPARE, params={"ids": TWO.split(",")}).json()
        assert joined == apart
        assert [it["id"] for it in joined["models"]] == ["anthropic/claude-sonnet-5", "google/gemini-3.5-flash-lite"]

    @pytest.mark.parametrize(
        ("query", "status", "kind"),
        [
            ("ids=claude-sonnet-5", 400, "invalid_error"),
            ("ids=,", 400, "invalid_error"),
            (f"ids={TWO},claude-sonnet-5", 400, "invalid_error"),
            (f"ids={TWO},zzz", 404, "not_found_error"),
            ("", 422, "validation_error"),
            (f"ids={TWO}&colour=red", 400, "invalid_error"),
            (f"ids={TWO}&as_of=yesterday", 422, "validation_error"),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, client: TestClient, query: str, status: int, kind: str) -> None:
        reply = client.get(f"{paths.COMPARE}?{query}")
        assert (reply.status_code, reply.json()["type"]) == (status, kind)


class TestValidate:
    def test_each_id_has_its_verdict_in_order(self, client: TestClient) -> None:
        verdicts = post(client, paths.VALIDATE, validate.REQUEST_EXAMPLE)["verdicts"]
        assert [it["id"] for it in verdicts] == validate.REQUEST_EXAMPLE["ids"]
        assert [it["standing"] for it in verdicts] == ["known", "removed"]
        assert "GEMINI_API_KEY" in verdicts[0]["env"]
        assert verdicts[1]["successor"].startswith("anthropic/claude-opus-")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"ids": []},
            {"ids": ["a"] * 257},
            {"ids": ["a" * (MAX_ID_LENGTH + 1)]},
            {"ids": [1]},
            {"ids": ["a"], "more": 1},
        ],
    )
    def test_a_wrong_body_is_refused(self, client: TestClient, body: dict[str, Any]) -> None:
        reply = client.post(paths.VALIDATE, json=body)
        assert (reply.status_code, reply.json()["type"]) == (422, "validation_error")


class TestEstimate:
    def test_one_model_is_worked_out_line_by_line(self, client: TestClient) -> None:
        [model] = post(client, paths.ESTIMATE, {**WORK, "model": "claude-sonnet-5"})["models"]
        assert model["total"] == "0.012"
        assert [(it["kind"], it["tokens"], it["rate"], it["amount"]) for it in model["lines"]] == [
            ("input", "1000", "2", "0.002"),
            ("output", "1000", "10", "0.01"),
        ]

    def test_several_are_ranked_and_one_named_twice_counts_once(self, client: TestClient) -> None:
        ids = ["gpt-5.6-sol", "gemini/gemini-3.5-flash-lite", "openai/gpt-5.6-sol"]
        answer = post(client, paths.ESTIMATE, {**WORK, "models": ids})
        assert [it["id"] for it in answer["models"]] == ["google/gemini-3.5-flash-lite", "openai/gpt-5.6-sol"]
        assert answer["total"] == 2

    def test_all_that_match_a_filter_are_ranked(self, client: TestClient) -> None:
        asked = {"capabilities": ["tools", "vision"], "min_context": 200_000, "provider": "openai"}
        answer = post(client, paths.ESTIMATE, {**WORK, "filter": asked, "limit": 100})
        assert answer["total"] == get(client, "/api/v1/inference/catalog", **asked)["total"]
        totals = [
            Decimal(it["total"]) for it in answer["models"] if it["total"] is not None and it["fits"] is not False
        ]
        assert totals == sorted(totals)
        assert len(totals) > 5

    def test_without_a_choice_the_whole_catalog_is_ranked(self, client: TestClient, embedded_edition: Edition) -> None:
        answer = post(client, paths.ESTIMATE, {**WORK, "limit": 1})
        assert answer["total"] == len(embedded_edition.catalog.offers)
        assert answer["models"][0]["total"] == "0"

    def test_a_page_goes_on_where_the_last_one_ended(self, client: TestClient) -> None:
        asked = {**WORK, "filter": {"provider": "anthropic"}}
        whole = post(client, paths.ESTIMATE, {**asked, "limit": 6})["models"]
        parts = [post(client, paths.ESTIMATE, {**asked, "limit": 3, "offset": offset})["models"] for offset in (0, 3)]
        assert whole == parts[0] + parts[1]

    @pytest.mark.parametrize(
        ("change", "status", "loc"),
        [
            ({"tokens": {"input": 5, "cache_read": 6}}, 422, ["body", "tokens", "input"]),
            ({"tokens": {"input": -1}}, 422, ["body", "tokens", "input"]),
            ({"tokens": {"input": 1.5}}, 422, ["body", "tokens", "input"]),
            ({"tokens": {"inputs": 1}}, 422, ["body", "tokens", "inputs"]),
            ({"requests": 0}, 422, ["body", "requests"]),
            ({"batch_share": 1.1}, 422, ["body", "batch_share"]),
            ({"batch_share": "NaN"}, 422, ["body", "batch_share"]),
            ({"service": "warp"}, 422, ["body", "service"]),
            ({"limit": 101}, 422, ["body", "limit"]),
            ({"as_of": 20260101}, 422, ["body", "as_of"]),
            ({"filter": {"providr": "x"}}, 422, ["body", "filter", "providr"]),
            ({"models": []}, 422, ["body", "models"]),
            ({"model": "a", "filter": {}}, 400, None),
            ({"filter": {"min_price": 2, "max_price": 1}}, 400, None),
            ({"models": ["zzz"]}, 404, None),
        ],
    )
    def test_a_wrong_question_is_refused_and_located(
        self, client: TestClient, change: dict[str, Any], status: int, loc: list[str] | None
    ) -> None:
        reply = client.post(paths.ESTIMATE, json={**WORK, **change})
        envelope = reply.json()
        assert (reply.status_code, envelope["code"]) == (status, status)
        assert [it["loc"] for it in envelope["errors"] or [{"loc": None}]] == [loc]
