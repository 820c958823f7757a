from __future__ import annotations

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.search.index.index import Index
from llmanac.search.index.text import squash
from llmanac.search.reading.model_ids import looks_like_id, same_model


def offers(text: str, catalog: CatalogData, index: Index) -> tuple[set[str], list[set[str]]]:
    """The ids of the offers of the model that a text names, and of the nearer ones."""
    found = same_model(text, squash(text), index)
    documents = index.documents.places
    ids = [{catalog.offers[documents[number]].id for number in those} for those in (found.offers, *found.nearest)]
    return ids[0], ids[1:]


SONNET = {
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-sonnet-4-5-20250929",
    "amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
    "google-vertex/claude-sonnet-4-5@20250929",
    "openrouter/anthropic/claude-sonnet-4.5",
}


@pytest.mark.parametrize(
    "text",
    [
        "claude-sonnet-4-5",
        "anthropic--claude-4.5-sonnet",
        "hyperbolic/anthropic/Claude-Sonnet-4.5",
        "sonnet-4-5-latest",
    ],
)
def test_an_id_stands_for_all_offers_of_its_model(text: str, small: CatalogData, small_index: Index) -> None:
    assert offers(text, small, small_index)[0] == SONNET


def test_a_date_narrows_to_the_offers_of_that_date(small: CatalogData, small_index: Index) -> None:
    _, nearest = offers("unknown/claude-sonnet-4-5-20250929", small, small_index)
    assert nearest == [{it for it in SONNET if "20250929" in it}]


def test_the_host_of_an_id_narrows_to_its_offers_by_any_spelling(small: CatalogData, small_index: Index) -> None:
    for text in ("vertex_ai/claude-sonnet-4-5", "google-vertex/claude-4.5-sonnet", "claude-sonnet-4-5@default"):
        assert offers(text, small, small_index)[1] == [{"google-vertex/claude-sonnet-4-5@20250929"}]


def test_a_region_is_of_amazon_bedrock_with_separators_or_without(small: CatalogData, small_index: Index) -> None:
    at_bedrock = {"amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"}
    for text in ("eu.anthropic.claude-sonnet-4-5-v1:0", "euanthropicclaudesonnet4520250929v10"):
        assert at_bedrock in offers(text, small, small_index)[1]


def test_what_no_model_is_called_names_none(small: CatalogData, small_index: Index) -> None:
    assert offers("acme/unheard-of-7b", small, small_index) == (set(), [])


def test_ids_have_marks_and_no_spaces() -> None:
    assert [looks_like_id(it) for it in ("gpt-4o", "x/y", "k2.5", "gpt 4o-mini", "sonnet")] == [
        True,
        True,
        True,
        False,
        False,
    ]
