"""The resolution of ids."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.errors import NotFound
from llmanac.search.index.index import Index
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.offer_ids import OfferIds
from llmanac.service.offers.resolution import Ambiguous, Found, IdReading, SpellingOf, Unknown, explain
from llmanac.service.offers.resolver import Resolver

from ...small_overlays import overlaid_edition
from ..conftest import MakeBuild


def offer(id: str, base: str = "claude-sonnet-5", **facts: Any) -> Offer:  # noqa: A002 -- an offer's
    provider, _, model = id.partition("/")
    return Offer(provider=provider, model=model, base=base, **facts)


def called(id: str, *, primary: bool = True, kind: RouteKind = RouteKind.NATIVE) -> LiteLLMRoute:  # noqa: A002 -- LiteLLM's
    return LiteLLMRoute(id=id, kind=kind, known=True, primary=primary)


@pytest.fixture
def resolver(make_build: MakeBuild) -> Resolver:
    catalog = make_build(
        offer("anthropic/claude-sonnet-5", first_party=True, litellm=called("anthropic/claude-sonnet-5")),
        offer("anthropic/claude-sonnet-5-20260601", first_party=True),
        offer(
            "vertex-anthropic/claude-sonnet-5@default", first_party=True, litellm=called("vertex_ai/claude-sonnet-5")
        ),
        offer("router/anthropic/claude-sonnet-5"),
        offer("bedrock/us.anthropic.claude-sonnet-5-v1:0", litellm=called("bedrock/us.anthropic.claude-sonnet-5-v1:0")),
        offer("mirror/GPT-OSS-120B", "gpt-oss-120b"),
        offer("mirror/gpt-oss-120b", "gpt-oss-120b"),
        offer("other/gpt-oss-120b", "gpt-oss-120b", litellm=called("openai/gpt-oss-120b", kind=RouteKind.COMPATIBLE)),
        offer("only/strange one (beta)", "strange-one"),
        vertex_anthropic="vertex_ai",
    ).catalog
    return Resolver(catalog, Index(catalog), OfferIds.of(catalog.offers))


@pytest.mark.parametrize(
    ("given_id", "found", "read_as"),
    [
        ("anthropic/claude-sonnet-5", "anthropic/claude-sonnet-5", SpellingOf.MODELS_DEV),
        (" Anthropic/Claude-Sonnet-5 ", "anthropic/claude-sonnet-5", SpellingOf.MODELS_DEV),
        ("vertex_ai/claude-sonnet-5", "vertex-anthropic/claude-sonnet-5@default", SpellingOf.LITELLM),
        ("claude-sonnet-5", "anthropic/claude-sonnet-5", SpellingOf.MODEL),
        ("claude-sonnet-5-20260601", "anthropic/claude-sonnet-5-20260601", SpellingOf.MODEL),
        ("us.anthropic.claude-sonnet-5-v1:0", "bedrock/us.anthropic.claude-sonnet-5-v1:0", SpellingOf.MODEL),
        ("mirror/gpt-oss-120b", "mirror/gpt-oss-120b", SpellingOf.MODELS_DEV),
        ("mirror/GPT-OSS-120B", "mirror/GPT-OSS-120B", SpellingOf.MODELS_DEV),
        ("only/strange one (beta)", "only/strange one (beta)", SpellingOf.MODELS_DEV),
    ],
)
def test_an_id_in_any_spelling_stands_for_its_offer(
    resolver: Resolver, given_id: str, found: str, read_as: SpellingOf
) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Found)
    assert (resolution.offer.id, resolution.read_as) == (found, read_as)
    assert resolver.offer(given_id) == resolution.offer
    assert resolver.number(given_id) == resolution.number


@pytest.mark.parametrize(
    ("given_id", "candidates"),
    [
        # Case alone tells two ids apart, and this is neither
        ("mirror/Gpt-Oss-120b", ["mirror/GPT-OSS-120B", "mirror/gpt-oss-120b"]),
        # The name of a base model that several hosts have
        ("gpt-oss-120b", ["mirror/GPT-OSS-120B", "mirror/gpt-oss-120b", "other/gpt-oss-120b"]),
        # Another spelling of the model, at the host that is named
        ("anthropic/claude-sonnet-5-latest", ["anthropic/claude-sonnet-5", "anthropic/claude-sonnet-5-20260601"]),
        # A date that no host lists is not the model without it
        ("anthropic/claude-sonnet-5-20270101", ["anthropic/claude-sonnet-5", "anthropic/claude-sonnet-5-20260601"]),
    ],
)
def test_a_name_without_a_host_may_mean_several(resolver: Resolver, given_id: str, candidates: list[str]) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Ambiguous)
    assert [it.id for it in resolution.offers] == candidates
    with pytest.raises(NotFound, match="is ambiguous; it may mean " + candidates[0]):
        resolver.offer(given_id)


def test_an_endpoint_that_is_merely_compatible_has_no_litellm_id_of_its_own(resolver: Resolver) -> None:
    assert not isinstance(resolver.resolve("openai/gpt-oss-120b"), Found)


def test_an_id_that_is_not_listed_is_unknown_with_the_nearest(resolver: Resolver) -> None:
    resolution = resolver.resolve("anthropic/claude-sonet-5")
    assert isinstance(resolution, Unknown)
    assert resolution.nearest[0].id == "anthropic/claude-sonnet-5"
    with pytest.raises(
        NotFound, match="There is no model 'anthropic/claude-sonet-5'; the nearest are anthropic/claude"
    ):
        resolver.offer("anthropic/claude-sonet-5")


@pytest.mark.parametrize("given_id", ["", " ", "zzz", "x" * 5_000])
def test_an_id_that_resembles_none_is_only_unknown(resolver: Resolver, given_id: str) -> None:
    resolution = resolver.resolve(given_id)
    assert resolution == Unknown(given_id, (), IdReading(None, given_id.strip()))
    assert explain(Unknown(given_id, ())) == f"There is no model {given_id[:80]!r}."


def test_a_provider_is_known_by_its_id_or_by_litellms_prefix(resolver: Resolver) -> None:
    assert [it.id for it in resolver.providers("Anthropic")] == ["anthropic"]
    assert [it.id for it in resolver.providers("vertex_ai")] == ["vertex-anthropic"]
    assert resolver.providers("nobody") == ()


def test_a_bare_id_of_litellms_ends_on_the_day_of_its_own_row(embedded_edition: Edition) -> None:
    resolver = embedded_edition.services.resolver
    bare, own = resolver.offer("gemini-2.5-pro"), resolver.offer("google/gemini-2.5-pro")

    assert bare.id == own.id
    assert own.lifecycle.stated is None, "that row is Vertex's"
    assert bare.lifecycle.stated is not None


def test_every_offer_is_found_by_its_own_id_and_by_litellms(embedded_edition: Edition) -> None:
    resolver = embedded_edition.services.resolver
    for number, it in enumerate(embedded_edition.catalog.offers):
        assert resolver.number(it.id) == number
        if it.litellm and it.litellm.primary and it.litellm.kind is not RouteKind.COMPATIBLE:
            assert resolver.offer(it.litellm.id).base == it.base


@given(st.text(max_size=40))
def test_any_text_resolves_to_something(embedded_edition: Edition, text: str) -> None:
    assert isinstance(embedded_edition.services.resolver.resolve(text), Found | Ambiguous | Unknown)


@pytest.mark.parametrize(
    ("alias", "id_"),
    [("work-horse", "acme/alpha"), ("Work-Horse", "acme/alpha"), ("rarity", "openai/gpt-x")],
)
def test_a_name_of_the_organisations_own_is_an_id(overlaid: Edition, alias: str, id_: str) -> None:
    found = overlaid.services.resolver.resolve(alias)

    assert isinstance(found, Found)
    assert (found.offer.id, found.read_as) == (id_, SpellingOf.ALIAS)


def test_a_name_takes_no_id_of_a_listed_offer_away() -> None:
    edition = overlaid_edition({"match": "acme/alpha", "set": {"aliases": ["acme/beta", "mine"]}, "reason": "Ours"})

    for text, id_ in (("acme/beta", "acme/beta"), ("ACME/beta", "acme/beta"), ("mine", "acme/alpha")):
        assert edition.services.resolver.offer(text).id == id_


def test_a_name_that_it_gave_to_several_is_ambiguous(overlaid: Edition) -> None:
    found = overlaid.services.resolver.resolve("shared")

    assert isinstance(found, Ambiguous)
    assert {it.id for it in found.offers} == {"acme/beta", "acme/gamma"}
