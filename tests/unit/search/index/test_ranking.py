"""Standing: of offers that match equally well, the one that a person means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.unit.search.conftest import catalog_of, offer_of, priced

from llmanac.domain.catalog import CatalogData
from llmanac.search.index.lineage import lineage
from llmanac.search.index.ranking import StaticRank, ranked, static_ranks
from llmanac.search.index.text import Cuts


def standings_of(catalog: CatalogData) -> list[StaticRank]:
    return static_ranks(catalog, Cuts().squash, {base: lineage(base) for base in catalog.models})


def order(*ids: str, **outputs: str) -> list[str]:
    """The offers of a catalog, best first; ``outputs`` are prices by the last word of an id."""
    offers = [offer_of(it, price=priced(outputs.get(it.rpartition("-")[2]))) for it in ids]
    catalog = catalog_of(offers)
    return [catalog.offers[number].id for number in ranked(standings_of(catalog))]


def test_the_labs_own_host_comes_first() -> None:
    assert order("abacus/gpt-5", "openai/gpt-5", "zenmux/gpt-5")[0] == "openai/gpt-5"


def test_the_newest_of_a_line_comes_before_the_most_widely_carried() -> None:
    ids = ["xai/grok-4.6", "xai/grok-4.3", "a/grok-4.3", "b/grok-4.3", "c/grok-4.3"]
    assert order(*ids)[:2] == ["xai/grok-4.6", "xai/grok-4.3"]


def test_a_newer_one_that_hardly_anybody_carries_is_no_successor() -> None:
    ids = ["a/llama-9-70b", *(f"{host}/llama-3.3-70b" for host in "bcdefghij")]
    assert order(*ids)[-1] == "a/llama-9-70b"


def test_side_lines_come_after_the_main_one() -> None:
    ids = ["openai/gpt-5-nano", "openai/gpt-5", "a/gpt-5-nano", "a/gpt-5"]
    assert order(*ids)[0] == "openai/gpt-5"


def test_a_line_goes_on_under_a_new_name() -> None:
    ids = ["openai/gpt-5.5", "a/gpt-5.5", "b/gpt-5.5", "openai/gpt-5.6-sol", "a/gpt-5.6-sol"]
    assert order(*ids)[0] == "openai/gpt-5.6-sol"


def test_of_equals_the_dearer_one_is_meant() -> None:
    ids = ["openai/gpt-5.6-luna", "openai/gpt-5.6-sol", "openai/gpt-5.6-terra"]
    assert order(*ids, luna="2", sol="30", terra="12")[:3] == [ids[1], ids[2], ids[0]]


def test_an_id_that_says_only_the_name_comes_before_one_with_a_date() -> None:
    ids = ["anthropic/claude-opus-4-5-20251101", "anthropic/claude-opus-4-5"]
    assert order(*ids) == [ids[1], ids[0]]


@pytest.mark.parametrize(
    "ids",
    [
        ("llama/llama-3.3-70b-instruct", "groq/llama-3.3-70b-versatile"),
        ("openai/gpt-4o", "azure/gpt-4o"),
    ],
)
def test_a_deprecated_offer_at_the_lab_is_still_the_labs(ids: Sequence[str]) -> None:
    catalog = catalog_of([offer_of(ids[0], status="deprecated"), offer_of(ids[1])])
    best = ranked(standings_of(catalog))[0]
    assert catalog.offers[best].id == ids[0]
