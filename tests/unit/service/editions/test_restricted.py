"""An edition under a policy reads like one of a catalog in which the hidden models never were."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from llmanac.ingest.decode.feed import Feed
from llmanac.rules.visibility import PolicyReading, Visibility
from llmanac.search.engine import run
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.restricted import RestrictedEdition
from llmanac.service.offers.resolution import Ambiguous, Disallowed, Found, Unknown

from ...small_past import THIRD, edition_of, litellm, model, models_dev

MODELS = {
    "alpha": model(),
    "alpha_mini": model(cost={"input": 1, "output": 2}),
    "beta": model(family="other", reasoning=True),
    "lab__gamma": model(open_weights=True, limit={"context": 4000, "output": 100}),
    "delta_5": model(status="deprecated"),
}
QUERIES: tuple[dict[str, Any], ...] = (
    {},
    {"query": "alpha"},
    {"query": "alpa"},
    {"query": "a"},
    {"query": "acme gamma"},
    {"max_price": 5},
    {"capabilities": ["reasoning"]},
    {"sort": "price"},
    {"sort": "-context", "limit": 2},
    {"family": "other"},
    {"status": "deprecated"},
)


@cache
def whole() -> Edition:
    return edition_of(models_dev(THIRD, **MODELS), litellm())


@cache
def without(hidden: frozenset[str]) -> Edition:
    kept = {name: it for name, it in MODELS.items() if f"acme/{_id(name)}" not in hidden}
    return edition_of(models_dev(THIRD, **kept), litellm())


def _id(name: str) -> str:
    return name.replace("__", "/").replace("_", "-")


IDS = tuple(f"acme/{_id(name)}" for name in MODELS)


def under(hidden: frozenset[str]) -> RestrictedEdition:
    edition = whole()
    everything = BitMap.union(*(it.everything for it in edition.selectable))
    numbers = BitMap([number for id_ in hidden if (number := edition.number_of(id_)) is not None])
    return RestrictedEdition(edition, Visibility((PolicyReading(name="corp", visible=everything - numbers),)))


def ids_found(edition: Edition, parameters: dict[str, Any]) -> tuple[int, list[str]]:
    page = run(build_query(**parameters), edition.index)
    return page.total, [edition.offers[number].id for number in page.numbers]


SOME = st.sets(st.sampled_from(IDS), max_size=len(IDS) - 1).map(frozenset)


@settings(max_examples=31, deadline=None)
@given(SOME)
def test_search_counts_facets_and_hosts_are_those_of_the_smaller_catalog(hidden: frozenset[str]) -> None:
    restricted, plain = under(hidden), without(hidden)

    for parameters in QUERIES:
        query = build_query(**parameters)
        total, found = ids_found(restricted, parameters)
        expected_total, expected = ids_found(plain, parameters)
        assert (total, sorted(found)) == (expected_total, sorted(expected)), parameters
        assert restricted.services.facets.count(query) == plain.services.facets.count(query), parameters
    assert [offer.id for offer in restricted.catalog.offers] == [offer.id for offer in plain.catalog.offers]
    assert [*restricted.catalog.providers] == [*plain.catalog.providers]
    assert [*restricted.catalog.models] == [*plain.catalog.models]
    assert restricted.shown == len(plain.offers)


@settings(max_examples=31, deadline=None)
@given(SOME)
def test_no_id_leads_to_a_hidden_model(hidden: frozenset[str]) -> None:
    resolver = under(hidden).services.resolver

    for text in (*IDS, *(id_.partition("/")[2] for id_ in IDS), "alpa", "acme/alph", "gama"):
        resolution = resolver.resolve(text)
        named: set[str] = set()
        match resolution:
            case Found(offer=offer):
                named = {offer.id}
            case Ambiguous(offers=offers) | Unknown(nearest=offers):
                named = {offer.id for offer in offers}
            case _:  # names nobody else
                pass
        assert named.isdisjoint(hidden), text
        assert isinstance(resolution, Disallowed) or text not in hidden


def test_the_id_of_an_edition_tells_what_is_seen() -> None:
    assert under(frozenset({"acme/beta"})).id != whole().id


def test_an_id_with_the_host_of_a_hidden_model_means_no_other_host() -> None:
    content = orjson.loads(models_dev(THIRD, gamma=model(), lab__gamma=model()).data)
    hosts = {"acme": {**content["acme"], "models": {"lab/gamma": content["acme"]["models"]["lab/gamma"]}}}
    hosts["lab"] = {**content["acme"], "id": "lab", "models": {"gamma": content["acme"]["models"]["gamma"]}}
    feed = Feed.of(orjson.dumps(hosts), name="models.dev", origin="seed", date=THIRD.isoformat())
    edition = edition_of(feed, litellm())
    number = edition.number_of("lab/gamma")
    assert number is not None
    everything = BitMap.union(*(it.everything for it in edition.selectable))
    reading = PolicyReading(name="corp", visible=everything - BitMap([number]))
    resolver = RestrictedEdition(edition, Visibility((reading,))).services.resolver

    assert isinstance(resolver.resolve("lab/gamma"), Disallowed)
    assert isinstance(resolver.resolve("LAB/gamma"), Disallowed)
    found = resolver.resolve("acme/lab/gamma")
    assert isinstance(found, Found)
    assert found.offer.id == "acme/lab/gamma"
