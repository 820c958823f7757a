"""Selectors of rules: ids in either spelling, globs, filters."""

from __future__ import annotations

import time

import pytest

from llmanac.domain.records import LiteLLMRoute, RouteKind
from llmanac.rules.selector import Matching, SelectableOffers
from llmanac.search.index.filter_index import FilterIndex, FilterPostings

from ..search.conftest import catalog_of, offer_of


def route(id_: str, kind: RouteKind = RouteKind.NATIVE) -> LiteLLMRoute:
    return LiteLLMRoute(id=id_, kind=kind, known=True, primary=True)


CATALOG = catalog_of(
    [
        offer_of("google/gemini-3-pro", litellm=route("gemini/gemini-3-pro")),
        offer_of("openai/gpt-5", litellm=route("gpt-5")),
        offer_of("somewhere/gpt-5", litellm=route("openai/gpt-5-elsewhere", RouteKind.COMPATIBLE)),
        offer_of("odd/a[1]*b"),
    ]
)
SELECTABLE = SelectableOffers(CATALOG.offers, FilterIndex.of(FilterPostings.of(CATALOG)))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("openai/gpt-5", {"openai/gpt-5"}),
        ("OpenAI/GPT-5", {"openai/gpt-5"}),
        ("gemini/*", {"google/gemini-3-pro"}),
        ("*/gemini-*", {"google/gemini-3-pro"}),
        ("gpt-5", {"openai/gpt-5"}),
        # What is called by another host's address is no model of that prefix.
        ("openai/*", {"openai/gpt-5"}),
        ("*gpt-?", {"openai/gpt-5", "somewhere/gpt-5"}),
        ("odd/a[1]*", {"odd/a[1]*b"}),
        ("*", {"google/gemini-3-pro", "openai/gpt-5", "somewhere/gpt-5", "odd/a[1]*b"}),
        ("openai/gpt", set()),
    ],
)
def test_an_id_or_a_glob_in_either_spelling(pattern: str, expected: set[str]) -> None:
    found = SELECTABLE.select(Matching(match=(pattern,)))

    assert {CATALOG.offers[number].id for number in found} == expected


def test_both_ways_narrow_each_other() -> None:
    found = SELECTABLE.select(Matching(match=("*gpt-5",), where={"provider": "openai"}))

    assert [CATALOG.offers[number].id for number in found] == ["openai/gpt-5"]


def test_nothing_selects_nothing() -> None:
    assert not SELECTABLE.select(Matching(match=()))


def test_numbers_may_begin_anywhere() -> None:
    later = SelectableOffers(CATALOG.offers, FilterIndex.of(FilterPostings.of(CATALOG)), first=100)

    assert {it - 100 for it in later.select(Matching(match=("*",)))} == set(range(4))


def test_a_glob_of_many_wildcards_takes_no_time() -> None:
    catalog = catalog_of([offer_of("host/" + "a" * 200)])
    selectable = SelectableOffers(catalog.offers, FilterIndex.of(FilterPostings.of(catalog)))
    began = time.perf_counter()

    assert not selectable.select(Matching(match=("*a" * 100 + "b",)))

    assert time.perf_counter() - began < 1.0
