"""Facets: counts of the values that a query could be narrowed to, and the reasons why one finds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.records import Capability, Offer
from llmanac.search import engine
from llmanac.search.facets import Count, Facets, Removal
from llmanac.search.query.filter_kinds import RangeFilter
from llmanac.search.query.filters import FILTERS_BY_NAME
from llmanac.search.query.query import Query
from llmanac.search.query.schema import MAX_LIMIT, build_query
from llmanac.service.editions.edition import Edition

QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "query": st.sampled_from(["claude", "gpt 5", "llama", "qwen coder", "zzz", "gpt-5.5 minni"]),
        "provider": st.sampled_from(["anthropic", "openrouter", "gemini", "nobody"]),
        "capabilities": st.lists(st.sampled_from(["tools", "vision", "audio", "flying"]), max_size=2),
        "open_weights": st.booleans(),
        "min_context": st.sampled_from([1, 100_000, 500_000]),
        "max_context": st.sampled_from([600_000, 2_000_000]),
        "min_price": st.sampled_from([0.0, 1.0]),
        "max_price": st.sampled_from([1.0, 10.0]),
        "featured": st.booleans(),
    },
)


def steps(name: str) -> tuple[float, ...]:
    """The steps of a range that are counted."""
    row = FILTERS_BY_NAME[name]
    assert isinstance(row, RangeFilter)
    return row.steps


def total(edition: Edition, query: Query) -> int:
    return engine.run(query, edition.index).total


def matching(edition: Edition, query: Query) -> list[Offer]:
    """Every offer that the engine finds, page by page."""
    found: list[int] = []
    for offset in range(0, total(edition, query), MAX_LIMIT):
        found += engine.run(query._replace(offset=offset, limit=MAX_LIMIT), edition.index).numbers
    return [edition.catalog.offers[number] for number in found]


@pytest.mark.slow
@given(QUESTIONS)
def test_a_count_is_what_the_engine_would_find(embedded_edition: Edition, parameters: dict[str, Any]) -> None:
    query = build_query(**parameters)
    counts = embedded_edition.services.facets.count(query)
    assert counts.total == total(embedded_edition, query)

    def found(**changes: Any) -> int:
        return total(embedded_edition, build_query(**{**parameters, **changes}))

    for it in counts["provider"][:3]:
        assert it.count == found(provider=str(it.value))
    for it in counts["capabilities"]:
        assert it.count == found(capabilities=[*parameters.get("capabilities", ()), str(it.value)])
    for name in ("open_weights", "min_context", "max_price"):
        for it in counts[name]:
            assert it.count == found(**{name: it.value})


@pytest.mark.slow
@given(QUESTIONS)
def test_what_is_no_parameter_is_counted_among_what_was_found(
    embedded_edition: Edition, parameters: dict[str, Any]
) -> None:
    query = build_query(**parameters)
    counts = embedded_edition.services.facets.count(query)
    found = matching(embedded_edition, query)
    by_hand: dict[str, Callable[[Offer], tuple[str | None, ...]]] = {
        "price_state": lambda offer: (offer.price.state.value,),
        "family": lambda offer: (offer.family,),
        "status": lambda offer: (offer.status,),
        "input": lambda offer: offer.modalities.input,
        "output": lambda offer: offer.modalities.output,
    }
    for name, values_of in by_hand.items():
        expected = Counter(value for offer in found for value in values_of(offer) if value is not None)
        assert {it.value: it.count for it in counts[name] if it.count} == expected
    assert sorted(embedded_edition.services.facets.matching(query)) == sorted(
        embedded_edition.services.resolver.number(offer.id) for offer in found
    )


@given(QUESTIONS)
def test_nothing_is_explained_and_something_is_not(embedded_edition: Edition, parameters: dict[str, Any]) -> None:
    query = build_query(**parameters)
    counts = embedded_edition.services.facets.count(query)
    assert (counts.nothing is None) == (counts.total > 0)
    if counts.nothing and "provider" in parameters:
        [removal] = [it for it in counts.nothing.filters if it.filter == "provider"]
        assert removal.without == total(embedded_edition, build_query(**{**parameters, "provider": None}))


class TestCounts:
    @pytest.fixture
    def facets(self, embedded_edition: Edition) -> Facets:
        return embedded_edition.services.facets

    def test_values_come_by_count_and_capabilities_in_their_own_order(self, facets: Facets) -> None:
        counts = facets.count(Query())
        assert [it.value for it in counts["capabilities"]] == [it.value for it in Capability]
        numbers = [it.count for it in counts["provider"]]
        assert numbers == sorted(numbers, reverse=True)

    def test_a_step_beyond_the_other_bound_is_left_out(self, facets: Facets) -> None:
        counts = facets.count(build_query(max_context=150_000, min_price=2.0))
        assert [it.value for it in counts["min_context"]] == [it for it in steps("context") if it <= 150_000]
        assert [it.value for it in counts["max_price"]] == [it for it in steps("price") if it >= 2.0]

    def test_the_filter_that_leaves_nothing_is_named(self, facets: Facets) -> None:
        nothing = facets.count(build_query(query="claude", provider="antropic", max_price=1000)).nothing
        assert nothing is not None
        [provider, price] = nothing.filters
        assert provider == Removal("provider", 0, price.passing, ("anthropic",))
        assert price.without == 0
        assert nothing.nearest[0].startswith("anthropic/claude")

    def test_an_unknown_capability_has_neighbours(self, facets: Facets) -> None:
        nothing = facets.count(build_query(capabilities=["tool_cal"])).nothing
        assert nothing is not None
        assert nothing.filters[0].filter == "capabilities=tool_cal"
        assert "tool_call" in nothing.filters[0].nearest

    def test_another_provider_can_be_had(self, facets: Facets) -> None:
        counts = facets.count(build_query(query="claude sonnet 5", provider="openai"))
        assert Count("openai", counts.total) not in counts["provider"]
        assert "anthropic" in [it.value for it in counts["provider"]]
