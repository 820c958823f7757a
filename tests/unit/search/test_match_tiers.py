from __future__ import annotations

import pytest

from llmanac.domain.catalog import Catalog
from llmanac.search.index.index import Index
from llmanac.search.match_tiers import Fit, layers
from llmanac.search.reading.interpreter import read


def fits(text: str, catalog: Catalog, index: Index) -> dict[str, Fit]:
    """For each id found, the first layer that it is in."""
    reading = read(text, index)
    first: dict[str, Fit] = {}
    for fit, layer in layers(reading.all, reading, index):
        for number in layer:
            first.setdefault(catalog.offers[index.documents.places[number]].id, fit)
    return first


@pytest.mark.parametrize(
    ("text", "offer", "fit"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", Fit.ID),
        ("openai/gpt-4o", "openai/gpt-4o-2024-08-06", Fit.MODEL_AND_WORDS),
        ("openai/gpt-4o", "openai/gpt-4o-mini", Fit.WORDS_OF_NAME),
        ("groq/gpt-oss-120b", "groq/openai/gpt-oss-120b", Fit.MODEL_AND_WORDS),
        ("groq/gpt-oss-120b", "cloudflare-workers-ai/@cf/openai/gpt-oss-120b", Fit.MODEL),
        ("acme/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5-20250929", Fit.MODEL_AND_DETAIL),
        ("acme/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5", Fit.MODEL),
        ("sonnet 4.5", "anthropic/claude-sonnet-4-5", Fit.PHRASE),
        ("claude 4.5 sonnet", "anthropic/claude-sonnet-4-5", Fit.WHOLE_NAME),
        ("azure gpt-5", "azure/gpt-5-mini", Fit.WORDS_OF_NAME),
        ("openrouter", "openrouter/openai/gpt-5", Fit.HOST_OR_LAB),
        ("openrouter openai", "openrouter/openai/gpt-5", Fit.WORDS),
        ("gpt-5", "openai/gpt-5.4", Fit.UNFINISHED_WORD),
    ],
)
def test_the_best_way_in_which_a_text_stands_in_an_offer(
    text: str, offer: str, fit: Fit, small: Catalog, small_index: Index
) -> None:
    assert fits(text, small, small_index)[offer] is fit


@pytest.mark.parametrize(
    "text", ["gpt", "claude-sonnet-4-5", "openai/gpt-4o", "g", "azure gpt 5", "llama 3.3 versatile"]
)
def test_layers_hold_all_that_was_found_and_nothing_else(text: str, small: Catalog, small_index: Index) -> None:
    reading = read(text, small_index)
    assert len(fits(text, small, small_index)) == len(reading.all)
