"""Filters as keyword arguments mean what they mean in a URL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.catalog.filters import SCHEMA, SearchFilters, query_of
from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.search.query.schema import build_query


def test_every_filter_of_the_table_is_a_keyword() -> None:
    assert SearchFilters.__annotations__.keys() == SCHEMA.by_name.keys() - {"query", "sort"}


def test_values_of_python_are_those_of_a_url() -> None:
    filters = SearchFilters(capabilities=("vision", "tools"), open_weights=False, min_context=8000, max_price=2.5)
    assert query_of("claude", sort="-price", **filters) == build_query(query="claude", sort="-price", **filters)


def test_a_price_may_be_a_decimal() -> None:
    decimal: Any = Decimal("0.5")
    assert query_of(None, max_price=decimal) == query_of(None, max_price=0.5)


def test_one_capability_is_a_text_or_a_list_of_one() -> None:
    assert query_of(None, capabilities="vision") == query_of(None, capabilities=["vision"])


def test_none_is_not_given() -> None:
    filters = SearchFilters(provider=None, capabilities=None, featured=None, min_price=None)
    assert query_of(None, sort=None, **filters) == build_query()


@pytest.mark.parametrize(
    ("name", "value"),
    [("min_context", 0), ("min_context", "many"), ("max_price", float("nan")), ("open_weights", 7), ("sort", "size")],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(name: str, value: object) -> None:
    filters: Any = {name: value}
    with pytest.raises(InvalidParameters) as raised:
        query_of("claude", **filters)
    assert [it.loc[-1] for it in raised.value.faults] == [name]


def test_an_unknown_filter_is_refused_and_the_nearest_named() -> None:
    unknown: Any = {"provder": "anthropic"}
    with pytest.raises(InvalidRequest, match="'provider'"):
        query_of("claude", **unknown)
