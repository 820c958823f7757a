from __future__ import annotations

from dataclasses import replace

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.search.index.index import Index
from llmanac.search.match_tiers import MatchTier, tiers
from llmanac.search.reading.interpreter import interpret

from .conftest import catalog_of


def fits(text: str, catalog: CatalogData, index: Index) -> dict[str, MatchTier]:
    """For each id found, the first layer that it is in."""
    reading = interpret(text, index)
    first: dict[str, MatchTier] = {}
    for fit, layer in tiers(reading.all, reading, index):
        for number in layer:
            first.setdefault(catalog.offers[index.documents.places[number]].id, fit)
    return first


@pytest.mark.parametrize(
    ("text", "offer", "fit"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", MatchTier.ID),
        ("openai/gpt-4o", "openai/gpt-4o-2024-08-06", MatchTier.MODEL_AND_WORDS),
        ("openai/gpt-4o", "openai/gpt-4o-mini", MatchTier.WORDS_OF_NAME),
        ("groq/gpt-oss-120b", "groq/openai/gpt-oss-120b", MatchTier.MODEL_AND_WORDS),
        ("groq/gpt-oss-120b", "cloudflare-workers-ai/@cf/openai/gpt-oss-120b", MatchTier.MODEL),
        ("acme/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5-20250929", MatchTier.MODEL_AND_DETAIL),
        ("acme/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5", MatchTier.MODEL),
        ("sonnet 4.5", "anthropic/claude-sonnet-4-5", MatchTier.PHRASE),
        ("claude 4.5 sonnet", "anthropic/claude-sonnet-4-5", MatchTier.WHOLE_NAME),
        ("azure gpt-5", "azure/gpt-5-mini", MatchTier.WORDS_OF_NAME),
        ("openrouter", "openrouter/openai/gpt-5", MatchTier.HOST_OR_LAB),
        ("openrouter openai", "openrouter/openai/gpt-5", MatchTier.WORDS),
        ("gpt-5", "openai/gpt-5.4", MatchTier.UNFINISHED_WORD),
    ],
)
def test_the_best_way_in_which_a_text_stands_in_an_offer(
    text: str, offer: str, fit: MatchTier, small: CatalogData, small_index: Index
) -> None:
    assert fits(text, small, small_index)[offer] is fit


@pytest.mark.parametrize(
    "text", ["gpt", "claude-sonnet-4-5", "openai/gpt-4o", "g", "azure gpt 5", "llama 3.3 versatile"]
)
def test_layers_hold_all_that_was_found_and_nothing_else(text: str, small: CatalogData, small_index: Index) -> None:
    reading = interpret(text, small_index)
    assert len(fits(text, small, small_index)) == len(reading.all)


@pytest.fixture(scope="module")
def renamed() -> CatalogData:
    """A model that one host calls by a name of its own, and a reseller whose ids have hosts in them."""
    at_hosts = ("zai/glm-5.3-flash", "novita/zai-org/glm-5.3-flash", "reseller/fireworks/glm-5.3-flash")
    ids = (it.partition("/") for it in at_hosts)
    offers = [Offer(provider=host, model=model, base="glm-5.3-flash") for host, _, model in ids]
    own = Offer(provider="aihubmix", model="ox-alpha", base="glm-5.3-flash", name="Ox Alpha")
    other = Offer(provider="fireworks-ai", model="accounts/fireworks/models/kimi-k3", base="kimi-k3")
    lab = replace(offers[0], first_party=True)
    return catalog_of([lab, *offers[1:], own, other], prefixes={"fireworks-ai": "fireworks_ai"})


@pytest.mark.parametrize("text", ["Ox Alpha", "ox-alpha", "oxalpha", "stealth/ox-alpha"])
def test_a_name_that_only_a_host_gives_a_model_finds_that_hosts_offer_first(text: str, renamed: CatalogData) -> None:
    index = Index(renamed)
    reading = interpret(text, index)
    first = next(layer for _, layer in tiers(reading.all, reading, index) if layer)
    assert [renamed.offers[index.documents.places[number]].id for number in first] == ["aihubmix/ox-alpha"]


@pytest.mark.parametrize(
    "text", ["fireworks_ai/glm-5p3-flash", "fireworks-ai/glm-5.3-flash", "fireworks/glm-5p3-flash"]
)
def test_a_host_that_does_not_list_a_model_is_not_taken_for_a_word_of_a_resellers_id(
    text: str, renamed: CatalogData
) -> None:
    found = fits(text, renamed, Index(renamed))
    assert found["reseller/fireworks/glm-5.3-flash"] is found["zai/glm-5.3-flash"] is MatchTier.MODEL
