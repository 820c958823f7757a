from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.filter_kinds import Condition, Interval, LabelFilter, LimitFilter
from llmanac.search.query.filters import FILTERS, FILTERS_BY_NAME
from llmanac.search.query.query import SORTS, Query
from llmanac.search.query.schema import build_query

Find = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5-20250929"),
        ("Sonnet 4.5", "anthropic/claude-sonnet-4-5"),
        ("sonnet45", "anthropic/claude-sonnet-4-5"),
        ("4o mini", "openai/gpt-4o-mini"),
        ("gpt4o", "openai/gpt-4o"),
        ("gpt-5", "openai/gpt-5"),
        ("azure gpt-5", "azure/gpt-5"),
        ("azure/gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
        ("vertex_ai/claude-sonnet-4-5", "google-vertex/claude-sonnet-4-5@20250929"),
        ("bedrock llama3.3", "amazon-bedrock/meta.llama3-3-70b-instruct-v1:0"),
        ("llama 3.3 70b", "llama/llama-3.3-70b-instruct"),
        ("hyperbolic/meta-llama/Llama-3.3-70B-Instruct", "llama/llama-3.3-70b-instruct"),
        ("@cf/openai/gpt-oss-120b", "cloudflare-workers-ai/@cf/openai/gpt-oss-120b"),
        ("flash", "google/gemini-3.7-flash"),
        ("gemini flash", "google/gemini-3.7-flash"),
        ("gemini-flash-latest", "google/gemini-flash-latest"),
        ("grok", "xai/grok-4.6"),
        ("opus", "anthropic/claude-opus-5"),
        ("grko 4.5", "xai/grok-4.5"),
        ("openia gpt-4o", "openai/gpt-4o"),
    ],
)
def test_the_first_result_is_the_one_that_is_meant(text: str, first: str, find: Find) -> None:
    assert find(text)[0] == first


def test_all_that_is_found_has_the_words_unless_something_is_forgiven(find: Find) -> None:
    assert set(find("bedrock")) == {
        "amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
        "amazon-bedrock/meta.llama3-3-70b-instruct-v1:0",
    }


def test_a_result_can_be_turned_round(find: Find) -> None:
    assert find("gpt", sort="-relevance") == find("gpt")[::-1]
    assert find(sort="-popularity") == find()[::-1]


def test_without_a_text_the_order_is_that_of_the_catalog(small: CatalogData, find: Find) -> None:
    assert find() == [offer.id for offer in small.offers][:100]


def test_a_text_of_nothing_but_marks_finds_nothing(small_index: Index) -> None:
    for text in ("???", "-" * 256, "…" * 256, "🦙"):
        assert engine.run(build_query(query=text), small_index).total == 0


@pytest.mark.parametrize("offset", [0, 3, 10**30])
@pytest.mark.parametrize("parameters", [{}, {"query": "gpt"}, {"sort": "name"}, {"query": "gpt", "sort": "-name"}])
def test_a_slice_past_the_end_is_empty_and_the_total_stays(
    offset: int, parameters: dict[str, Any], small_index: Index
) -> None:
    page = engine.run(build_query(**parameters, offset=offset, limit=2), small_index)
    assert page.total == engine.run(build_query(**parameters), small_index).total
    assert len(page.numbers) == (0 if offset > page.total else 2)


class TestFeatured:
    """The featured set of the recorded catalog, which is curated."""

    def test_it_comes_in_curated_order(self, recorded: CatalogData, recorded_index: Index) -> None:
        page = engine.run(build_query(featured=True, limit=100), recorded_index)
        assert [recorded.offers[number].id for number in page.numbers] == list(recorded.featured)
        assert page.total == len(recorded.featured)

    def test_filters_apply_to_it(self, recorded: CatalogData, recorded_index: Index) -> None:
        page = engine.run(build_query(featured=True, limit=100, provider="anthropic"), recorded_index)
        expected = [it for it in recorded.featured if it.startswith("anthropic/")]
        assert [recorded.offers[number].id for number in page.numbers] == expected
        assert expected

    def test_it_can_be_sorted_otherwise(self, recorded: CatalogData, recorded_index: Index) -> None:
        every = {
            recorded.offers[it].id for it in engine.run(build_query(featured=True, limit=100), recorded_index).numbers
        }
        for sort in SORTS:
            page = engine.run(build_query(featured=True, limit=100, sort=sort), recorded_index)
            assert {recorded.offers[number].id for number in page.numbers} == every


SPELLINGS = {
    "provider": ("openai", "OpenRouter", "vertex_ai", "nobody"),
    "capabilities": ("tools", "vision", "reasoning", "telepathy"),
}
"""Labels that do not occur as they are written here, beside frequent ones; drawn as often as all that occur."""


@pytest.fixture(scope="session")
def queries(recorded: CatalogData) -> st.SearchStrategy[Query]:
    """Any text with any filters, in any order, and any page of it."""
    return _queries({row.name: _labels(row, recorded) for row in FILTERS if isinstance(row, LabelFilter)})


def _labels(row: LabelFilter, catalog: CatalogData) -> st.SearchStrategy[Any]:
    """Values of a filter by label: those that it lists, or else those that occur, and other spellings."""
    occurring = {it for known in map(row.of, catalog.offers, catalog.models_of_offers()) for it in row.labels(known)}
    label = st.sampled_from(row.values or sorted(occurring) or ["none of a feed's"])
    if row.name in SPELLINGS:
        label |= st.sampled_from(SPELLINGS[row.name])
    return st.lists(label, max_size=2) if row.parameter.repeated else label


@st.composite
def _filter_values(draw: st.DrawFn, labels: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Values of any filters' parameters, with lower bounds below upper ones."""
    values: dict[str, Any] = {}
    for row in draw(st.lists(st.sampled_from(FILTERS), max_size=3, unique_by=lambda it: it.name)):
        if isinstance(row, LabelFilter):
            values[row.name] = draw(labels[row.name])
        elif isinstance(row, LimitFilter):
            is_day = row.parameter.type is date
            values[row.name] = draw(st.dates(date(2025, 1, 1), date(2028, 1, 1)) if is_day else st.integers(0, 90))
        else:
            number = st.integers(1, 2_000_000) if row.minimum.type is int else st.floats(0, 20)
            bounds = sorted(draw(st.lists(number, min_size=2, max_size=2)))
            chosen = draw(st.sampled_from([(0,), (1,), (0, 1)] if row.maximum else [(0,)]))
            values |= {row.parameters[it].name: bounds[it] for it in chosen}
    return values


@st.composite
def _queries(draw: st.DrawFn, labels: Mapping[str, st.SearchStrategy[Any]]) -> Query:
    texts = ["gpt", "claude", "llama 3.3", "gpt-5.6", "mini", "openrouter", "deepseek-v3"]
    return build_query(
        query=draw(st.none() | st.sampled_from(texts)),
        **draw(_filter_values(labels)),
        sort=draw(st.none() | st.sampled_from(tuple(SORTS))),
        offset=draw(st.integers(0, 40)),
        limit=draw(st.integers(1, 100)),
    )


@pytest.mark.slow
@given(st.data())
@settings(max_examples=200)
def test_filters_agree_with_a_reading_of_the_catalog(
    recorded: CatalogData, recorded_index: Index, queries: st.SearchStrategy[Query], data: st.DataObject
) -> None:
    query = data.draw(queries)
    page = engine.run(query, recorded_index)
    text = None if query.text is None else set(_all(build_query(query=query.text), recorded_index))
    expected = {
        number
        for number, offer in enumerate(recorded.offers)
        if (text is None or number in text) and _passes(offer, query, recorded)
    }
    assert page.total == len(expected)
    assert set(page.numbers) <= expected
    assert len(page.numbers) == max(0, min(query.limit, page.total - query.offset))


@given(st.data())
@settings(max_examples=50)
def test_pages_are_disjoint_complete_and_repeatable(
    recorded_index: Index, queries: st.SearchStrategy[Query], data: st.DataObject
) -> None:
    query = data.draw(queries)
    first = _all(query, recorded_index)
    assert len(first) == len(set(first)) == engine.run(query, recorded_index).total
    assert first == _all(query, recorded_index)


@given(st.text(max_size=256))
def test_any_text_is_answered(recorded_index: Index, text: str) -> None:
    page = engine.run(build_query(query=text), recorded_index)
    assert len(page.numbers) <= page.total


@given(st.data())
@settings(max_examples=50)
def test_a_mapped_index_answers_as_the_built_one(
    recorded_index: Index, mapped_index: Index, queries: st.SearchStrategy[Query], data: st.DataObject
) -> None:
    query = data.draw(queries)
    built, mapped = engine.run(query, recorded_index), engine.run(query, mapped_index)
    assert (built.total, list(built.numbers)) == (mapped.total, list(mapped.numbers))


@pytest.fixture(scope="session")
def mapped_index(recorded_index: Index) -> Index:
    return Index.unpack({name: memoryview(bytes(buffer)) for name, buffer in recorded_index.pack().items()})


def _all(query: Query, index: Index) -> list[int]:
    """Every document number of a result, page by page."""
    numbers: list[int] = []
    while True:
        page = engine.run(_at(query, len(numbers)), index)
        numbers += page.numbers
        if not page.numbers:
            return numbers


def _at(query: Query, offset: int) -> Query:
    return query._replace(offset=offset, limit=97)


def _passes(offer: Offer, query: Query, catalog: CatalogData) -> bool:
    """The filters, read naively."""
    return all(_meets(offer, condition, catalog) for condition in query.conditions)


def _meets(offer: Offer, condition: Condition, catalog: CatalogData) -> bool:
    row = FILTERS_BY_NAME[condition.filter]
    known = row.of(offer, catalog.models[offer.base])
    if isinstance(condition.value, Interval):
        lower, upper = condition.value
        return known is not None and (lower is None or lower <= known) and (upper is None or known <= upper)
    labels = {str(it).lower() for it in (known if isinstance(known, tuple) else (known,)) if it is not None}
    if row.name == "provider":
        prefix = catalog.providers[offer.provider].litellm_prefix
        labels |= {prefix} if prefix and prefix not in catalog.providers else set()
    return condition.value in labels


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("ll", "llama-3.3-70b"),
        ("gr", "grok-4.6"),
        ("ope", "gpt-5.6-sol"),
        ("nov", "nova-pro"),
        ("Qwen3 1", "qwen-3-14b"),
        ("GLM-4.5-Ai", "glm-4.5-air"),
        ("codex-", "codex-mini"),
    ],
)
def test_a_name_half_typed_finds_a_family_or_a_lab_before_hosts(
    text: str, base: str, recorded: CatalogData, recorded_index: Index
) -> None:
    assert first_base(text, recorded, recorded_index) == base


@pytest.mark.parametrize(
    ("text", "base"), [("llama 70b", "llama-3.3-70b"), ("qwen 32b", "qwen-3-32b"), ("claude 4", "claude-sonnet-4")]
)
def test_a_family_and_a_number_mean_it_and_nothing_distilled_from_it(
    text: str, base: str, recorded: CatalogData, recorded_index: Index
) -> None:
    assert first_base(text, recorded, recorded_index) == base


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("gpt-5-codex-high", "gpt-5-codex"),
        ("amazon.titan-embed-text-v2:0", "titan-embed-text-v2"),
        ("qwen3:32b-q4_K_M", "qwen-3-32b"),
        ("gemini flash 2.0", "gemini-2-flash"),
        ("qwenlong", "qwen-long"),
    ],
)
def test_what_others_write_into_a_name_does_not_hide_it(
    text: str, base: str, recorded: CatalogData, recorded_index: Index
) -> None:
    assert first_base(text, recorded, recorded_index) == base


def first_base(text: str, catalog: CatalogData, index: Index) -> str:
    """The base model of the first result."""
    return catalog.offers[engine.run(build_query(query=text, limit=1), index).numbers[0]].base
