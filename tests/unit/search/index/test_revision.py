"""An index that was revised is the one that would be built, whatever has changed of the offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.search.conftest import catalog_of, offer_of

from llmanac.domain.catalog import CatalogData
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, ModelKind, Offer, RouteKind
from llmanac.search.facets import FacetIndex
from llmanac.search.index.buffers import Packed
from llmanac.search.index.index import Index
from llmanac.search.index.revision import RevisedOffer, Revision

CATALOG = catalog_of(
    [
        offer_of(id_, name=name)
        for id_, name in (
            ("anthropic/claude-sonnet-5", "Claude Sonnet 5"),
            ("azure/claude-sonnet-5", None),
            ("openai/gpt-5.5", "GPT-5.5"),
            ("azure/gpt-5.5", "GPT 5.5 (Azure)"),
            ("openai/gpt-5.5-mini", "GPT-5.5 mini"),
            ("openrouter/openai/gpt-5.5", "OpenAI: GPT-5.5"),
            ("google/gemini-3.7-flash", "Gemini 3.7 Flash"),
            ("deepseek/deepseek-v4-pro", None),
            ("togetherai/deepseek-v4-pro", "DeepSeek V4 Pro"),
            ("groq/llama-4-70b", "Llama 4 70B"),
        )
    ],
    featured=("openai/gpt-5.5", "anthropic/claude-sonnet-5"),
)
WORDS = st.sampled_from(("team", "gpt", "claude opus", "old", "EU"))
AMOUNTS = st.none() | st.decimals("0", "50", places=2)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "name": st.none() | WORDS,
    "family": st.none() | WORDS,
    "status": st.sampled_from((None, "beta", "deprecated")),
    "release_date": st.sampled_from((None, "2026-02", "2026-10-01")),
    "last_updated": st.sampled_from((None, "2026-11-01")),
    "knowledge": st.sampled_from((None, "2025-12")),
    "open_weights": st.none() | st.booleans(),
    "capabilities": st.lists(st.sampled_from(Capability), unique=True, max_size=3).map(tuple),
    "limits": st.builds(Limits, context=st.none() | st.integers(1, 10**6), output=st.none() | st.integers(1, 10**5)),
    "modalities": st.just(Modalities(("text", "image"), ("text",))),
    "price": st.builds(
        Price,
        st.builds(Rates, input=AMOUNTS, output=AMOUNTS),
        state=st.sampled_from((PriceState.KNOWN, PriceState.FREE)),
    ),
    "lifecycle": st.just(Lifecycle(retires_on=LifecycleDate("2026-12-31", "models.dev"))),
    "first_party": st.booleans(),
    "popularity": st.sampled_from((0.0, 0.1, 0.7)),
    "litellm": st.builds(
        LiteLLMRoute, id=WORDS, kind=st.sampled_from(RouteKind), known=st.booleans(), primary=st.booleans()
    ),
    "kind": st.sampled_from(ModelKind),
    "listed_by": st.just("overlays"),
    "own": st.builds(
        OwnFacts,
        aliases=st.lists(WORDS, max_size=2, unique=True).map(tuple),
        tags=st.lists(WORDS, max_size=2, unique=True).map(tuple),
        regions=st.just(("eu",)),
        approved=st.none() | st.booleans(),
        retention_days=st.none() | st.integers(0, 30),
    ),
}
CHANGES = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1, max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)


def test_every_fact_of_an_offer_is_changed_here() -> None:
    assert {it.name for it in fields(Offer)} - set(VALUES) == {"provider", "model", "base"}


@given(
    st.dictionaries(st.integers(0, len(CATALOG.offers) - 1), CHANGES, max_size=4),
    st.sampled_from(((), ("groq/llama-4-70b",))),
)
def test_a_revised_index_is_the_one_that_would_be_built(
    changes: Mapping[int, Mapping[str, Any]], featured: tuple[str, ...]
) -> None:
    before = mapped(CATALOG)
    offers = [replace(it, **changes.get(number, {})) for number, it in enumerate(CATALOG.offers)]
    catalog = replace(CATALOG, offers=tuple(offers), featured=featured)
    revised = {
        number: RevisedOffer(CATALOG.offers[number], offers[number], catalog.model_of(offers[number]))
        for number in changes
    }
    revision = Revision(revised)

    index = before[0].revised(catalog, revision)
    facets = FacetIndex.of(catalog, index)
    if index.documents is before[0].documents:
        facets = before[1].revised(catalog, index, revision)

    expected = Index(catalog)
    assert packed(index) == packed(expected)
    assert packed(facets) == packed(FacetIndex.of(catalog, expected))


def test_what_has_not_changed_is_shared() -> None:
    before, _ = mapped(CATALOG)
    after = replace(CATALOG.offers[0], own=OwnFacts(tags=("team",)))
    catalog = replace(CATALOG, offers=(after, *CATALOG.offers[1:]))

    index = before.revised(catalog, Revision({0: RevisedOffer(CATALOG.offers[0], after, catalog.model_of(after))}))

    assert index.vocabulary is before.vocabulary
    assert index.orderings == before.orderings
    assert list(index.filters.labelled("tags", "team")) == [before.documents.numbers[0]]


def mapped(catalog: CatalogData) -> tuple[Index, FacetIndex]:
    """The indexes of a catalog, as they are read from a file."""
    index = Index(catalog)
    views = {name: memoryview(it) for name, it in packed(FacetIndex.of(catalog, index)).items()}
    unpacked = Index.unpack({name: memoryview(it) for name, it in packed(index).items()})
    return unpacked, FacetIndex.unpack(views, unpacked)


def packed(part: Packed) -> dict[str, bytes]:
    return {name: bytes(it) for name, it in part.pack().items()}
