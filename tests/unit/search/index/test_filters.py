from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.unit.search.conftest import catalog_of, offer_of

from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Capability, Limits
from llmanac.search.index.filters import Facts, Filters, Range
from llmanac.search.query import Query, parse_query

OFFERS = [
    offer_of("Acme/a", capabilities=(Capability.TOOL_CALL, Capability.VISION), open_weights=True),
    offer_of("acme-eu/b", capabilities=(Capability.TOOL_CALL,), open_weights=False, limits=Limits(context=1000)),
    offer_of("google-vertex/c", limits=Limits(context=2000), price=Price(Rates(input=Decimal(1), output=Decimal(4)))),
    offer_of("vertex/d", limits=Limits(context=4000), price=Price(Rates(input=Decimal(3)))),
    offer_of("google-vertex-anthropic/e", price=Price(Rates(input=Decimal(0), output=Decimal(0)))),
]
PREFIXES = {
    "Acme": "openai_like",
    "acme-eu": "acme",
    "google-vertex": "vertex_ai",
    "google-vertex-anthropic": "vertex_ai",
    "vertex": "vertex_ai",
}


@pytest.fixture(params=["built", "mapped"])
def filters(request: pytest.FixtureRequest) -> Filters:
    built = Filters.of(Facts.of(catalog_of(OFFERS, prefixes=PREFIXES)))
    if request.param == "built":
        return built
    return Filters.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})


def passing(filters: Filters, query: Query) -> str:
    """The last letters of the ids of what passes."""
    ids = [offer.id for offer in catalog_of(OFFERS, prefixes=PREFIXES).offers]
    found = filters.passing(query)
    return "all" if found is None else "".join(sorted(ids[number][-1] for number in found))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (parse_query(), "all"),
        (parse_query(provider="ACME"), "a"),
        (parse_query(provider="vertex_ai"), "cde"),
        (parse_query(provider="openai_like"), "a"),
        (parse_query(provider="nobody"), ""),
        (parse_query(capabilities=["tools"]), "ab"),
        (parse_query(capabilities=["tool_call,vision"]), "a"),
        (parse_query(capabilities=["tool_call", "telepathy"]), ""),
        (parse_query(open_weights=True), "a"),
        (parse_query(open_weights=False), "b"),
        (parse_query(min_context=2000), "cd"),
        (parse_query(max_context=2000), "bc"),
        (parse_query(min_context=1001, max_context=3999), "c"),
        (parse_query(min_context=10**400), ""),
        (parse_query(max_context=10**400), "bcd"),
        (parse_query(max_price=3), "de"),
        (parse_query(min_price=4), "c"),
        (parse_query(max_price=0), "e"),
        (parse_query(min_price=-1), "cde"),
        (parse_query(open_weights=True, capabilities=["vision"], provider="acme"), "a"),
        (parse_query(open_weights=True, max_price=100), ""),
    ],
    ids=str,
)
def test_filters_are_combined_and_unknown_passes_none(filters: Filters, query: Query, expected: str) -> None:
    assert passing(filters, query) == expected


@pytest.mark.parametrize(
    "query",
    [parse_query(), parse_query(provider="vertex_ai", max_price=3), parse_query(min_context=1, open_weights=False)],
)
def test_what_was_found_can_be_narrowed(filters: Filters, query: Query) -> None:
    found = BitMap([1, 2, 4])
    through = filters.passing(query)
    assert filters.narrow(found, query) == (found if through is None else found & through)


def test_a_prefix_that_is_somebody_elses_id_is_not_accepted(filters: Filters) -> None:
    assert passing(filters, parse_query(provider="acme")) == "a"


def test_each_filter_can_be_asked_by_its_name(filters: Filters) -> None:
    named = filters.by_name(
        parse_query(provider="acme", capabilities=["vision", "tools"], max_price=1, open_weights=True)
    )
    assert list(named) == ["provider", "capabilities=tool_call", "capabilities=vision", "open_weights", "price"]


Values = st.lists(st.none() | st.integers(0, 50) | st.floats(0, 50), max_size=400)
Bounds = st.none() | st.integers(-5, 10**30) | st.floats(-1, 60)


@given(Values, Bounds, Bounds, st.sets(st.integers(0, 400)))
def test_ranges_agree_with_a_reading_of_all_values(
    values: list[float | None], lower: float | None, upper: float | None, found: set[int]
) -> None:
    expected = {
        number
        for number, value in enumerate(values)
        if value is not None and (lower is None or value >= lower) and (upper is None or value <= upper)
    }
    values_in_order = Range.of(_known(values))
    assert set(values_in_order.between(lower, upper)) == expected
    assert set(values_in_order.narrow(BitMap(found), lower, upper)) == expected & found


def _known(values: Iterable[float | None]) -> list[tuple[float, int]]:
    return sorted((float(value), number) for number, value in enumerate(values) if value is not None)
