"""The measures of search on judged questions: a floor that no change may sink below.

The questions are those of ``bench/relevance``, on the catalog of 2026-08-18.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from bench.relevance.judged import CATEGORIES, FIRST_TWENTY, Judged, Score, judged_questions, mean, score_all

from llmanac.domain.catalog import CatalogData
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import build_query

FLOORS = {
    "exact": 0.99,
    "alias": 0.985,
    "nosep": 0.965,
    "typo": 0.99,
    "prefix": 0.97,
    "multi-token": 0.98,
    "dated": 0.99,
    "family": 0.98,
}
"""Minimum share of queries whose first result is acceptable."""

Scores = dict[str, list[tuple[Judged, Score]]]


@pytest.fixture(scope="module")
def scores(recorded: CatalogData, recorded_index: Index) -> Scores:
    def search(text: str) -> Sequence[str]:
        page = engine.run(build_query(query=text, limit=FIRST_TWENTY), recorded_index)
        return [recorded.offers[number].id for number in page.numbers]

    return score_all(judged_questions(), search)


def test_there_are_many_questions_of_every_kind(scores: Scores) -> None:
    assert set(scores) == {*CATEGORIES, "all"}
    assert len(scores["all"]) > 1800


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_first_result_answers_the_question(category: str, scores: Scores) -> None:
    assert mean(scores[category]).success >= FLOORS[category]


def test_the_first_result_is_at_the_host_that_one_expects(scores: Scores) -> None:
    preferred = mean(scores["all"]).preferred
    assert preferred is not None
    assert preferred >= 0.97


def test_the_first_results_hold_what_answers_the_question(scores: Scores) -> None:
    every = mean(scores["all"])
    assert every.reciprocal_rank >= 0.99
    assert every.recall >= 0.97


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("perplexity", "perplexity/sonar"),
        ("nvidia", "nvidia/nvidia/"),
        ("alibaba", "alibaba/qwen"),
        ("amazon", "amazon-bedrock/amazon."),
        ("microsoft", "azure/phi"),
        ("groq", "groq/"),
        ("azure", "azure/"),
        ("openai", "openai/gpt"),
        ("mistral", "mistral/mistral"),
    ],
)
def test_a_lab_is_asked_for_its_own_models_and_a_host_for_what_it_has(
    text: str, beginning: str, recorded: CatalogData, recorded_index: Index
) -> None:
    first = engine.run(build_query(query=text), recorded_index).numbers[0]
    assert recorded.offers[first].id.startswith(beginning)
