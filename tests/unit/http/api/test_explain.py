"""The catalog's explanation: the same results, with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.auth.verifier import OpenVerifier
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.rules.documents import read_policy
from llmanac.rules.visibility import Visibility
from llmanac.rules.visibility import read_policy as read_on
from llmanac.search.query.schema import build_query
from llmanac.service.details.explanation import SearchExplanation, explain_search
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.restricted import RestrictedEdition


@pytest.fixture(scope="module")
def client(embedded_edition: Edition) -> Iterator[TestClient]:
    with TestClient(create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))) as client:
        yield client


def ask(client: TestClient, **parameters: Any) -> Any:
    reply = client.get(paths.EXPLAIN, params=parameters)
    assert reply.status_code == 200, reply.text
    TypeAdapter(SearchExplanation).validate_json(reply.content)
    return reply.json()


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": "sonnet 4.5"},
        {"query": "sonnnet 4.5", "limit": 5, "offset": 3},
        {"query": "claude", "provider": "anthropic", "sort": "-price"},
        {"featured": "true"},
        {"capabilities": "vision", "max_price": 1},
        {"query": "gemini-3.5-flash-lite", "ids": "litellm"},
        {"query": "zzzzqqqq"},
    ],
)
def test_the_explained_models_are_those_that_the_catalog_lists(client: TestClient, parameters: dict[str, Any]) -> None:
    explained, answered = ask(client, **parameters), client.get(paths.CATALOG, params=parameters).json()
    assert explained["total"] == answered["total"]
    assert [it["id"] for it in explained["models"]] == [it["id"] for it in answered["models"]]
    first = parameters.get("offset", 0) + 1
    assert [it["rank"] for it in explained["models"]] == list(range(first, first + len(answered["models"])))


def test_a_slip_is_named_with_what_it_was_read_as(client: TestClient) -> None:
    understood = ask(client, query="sonnnet-4.5")["understood"]
    assert understood["forgiven"] == "spelling"
    assert understood["corrected"] == [{"word": "sonnnet", "read_as": "sonnet"}]


def test_where_nothing_matches_the_nearest_names_are_listed(client: TestClient) -> None:
    explained = ask(client, query="sonnetqwxyz")
    assert explained["total"] == 0
    assert explained["nearest"]


def test_each_filter_says_how_many_it_removes(client: TestClient) -> None:
    explained = ask(client, query="claude", provider="anthropic", max_price=0)
    assert explained["total"] == 0
    assert {it["filter"] for it in explained["filters"]} == {"provider", "price"}
    assert all(0 < it["removes"] <= explained["matching_text"] for it in explained["filters"])


def test_each_policy_says_how_many_its_rules_hide(client: TestClient, embedded_edition: Edition) -> None:
    rules = [{"effect": "deny", "match": "openai/*"}, {"effect": "allow", "match": ["openai/*", "anthropic/*"]}]
    policy = read_policy({"name": "no-openai", "default": "deny", "rules": rules})
    reading = read_on(policy, embedded_edition.selectable)
    restricted = RestrictedEdition(embedded_edition, Visibility((reading,)))

    explained = explain_search(build_query(query="claude"), restricted)

    [effect] = explained.policies
    everything = sum(len(it.everything) for it in embedded_edition.selectable)
    assert (effect.policy, effect.waiting, effect.removed_by_rule[1]) == ("no-openai", 0, 0)
    assert effect.removed_by_rule[0] > 0
    assert effect.removed_by_rule[0] + effect.removed_by_default == everything - len(restricted.numbers)
    assert ask(client, query="claude")["policies"] == []


def test_wrong_parameters_are_refused_as_the_catalog_refuses_them(client: TestClient) -> None:
    for query in ("limit=0", "colour=red", "min_price=2&max_price=1"):
        refusals = [client.get(f"{path}?{query}") for path in (paths.CATALOG, paths.EXPLAIN)]
        assert refusals[0].status_code == refusals[1].status_code >= 400
        assert refusals[0].json() == refusals[1].json()
