"""What an id stands for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.errors import NotFound
from llmanac.search.index.index import Index
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.resolver import Ambiguous, Found, Lookup, ReadAs, Unknown, explain

from ..conftest import MakeBuild


def offer(id: str, base: str = "claude-sonnet-5", **facts: Any) -> Offer:  # noqa: A002 -- an offer's
    provider, _, model = id.partition("/")
    return Offer(provider=provider, model=model, base=base, **facts)


def called(id: str, *, primary: bool = True, kind: RouteKind = RouteKind.NATIVE) -> LiteLLMRoute:  # noqa: A002 -- LiteLLM's
    return LiteLLMRoute(id=id, kind=kind, known=True, primary=primary)


@pytest.fixture
def lookup(make_build: MakeBuild) -> Lookup:
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
    return Lookup(catalog, Index(catalog))


@pytest.mark.parametrize(
    ("given_id", "found", "read_as"),
    [
        ("anthropic/claude-sonnet-5", "anthropic/claude-sonnet-5", ReadAs.MODELS_DEV),
        (" Anthropic/Claude-Sonnet-5 ", "anthropic/claude-sonnet-5", ReadAs.MODELS_DEV),
        ("vertex_ai/claude-sonnet-5", "vertex-anthropic/claude-sonnet-5@default", ReadAs.LITELLM),
        ("claude-sonnet-5", "anthropic/claude-sonnet-5", ReadAs.MODEL),
        ("claude-sonnet-5-20260601", "anthropic/claude-sonnet-5-20260601", ReadAs.MODEL),
        ("us.anthropic.claude-sonnet-5-v1:0", "bedrock/us.anthropic.claude-sonnet-5-v1:0", ReadAs.MODEL),
        ("mirror/gpt-oss-120b", "mirror/gpt-oss-120b", ReadAs.MODELS_DEV),
        ("mirror/GPT-OSS-120B", "mirror/GPT-OSS-120B", ReadAs.MODELS_DEV),
        ("only/strange one (beta)", "only/strange one (beta)", ReadAs.MODELS_DEV),
    ],
)
def test_an_id_in_any_spelling_stands_for_its_offer(lookup: Lookup, given_id: str, found: str, read_as: ReadAs) -> None:
    resolution = lookup.resolve(given_id)
    assert isinstance(resolution, Found)
    assert (resolution.offer.id, resolution.read_as) == (found, read_as)
    assert lookup.offer(given_id) == resolution.offer
    assert lookup.number(given_id) == resolution.number


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
def test_a_name_without_a_host_may_mean_several(lookup: Lookup, given_id: str, candidates: list[str]) -> None:
    resolution = lookup.resolve(given_id)
    assert isinstance(resolution, Ambiguous)
    assert [it.id for it in resolution.offers] == candidates
    with pytest.raises(NotFound, match="names no one offer; it may mean " + candidates[0]):
        lookup.offer(given_id)


def test_an_endpoint_that_only_speaks_alike_has_no_litellm_id_of_its_own(lookup: Lookup) -> None:
    assert not isinstance(lookup.resolve("openai/gpt-oss-120b"), Found)


def test_what_is_not_there_is_unknown_with_the_nearest(lookup: Lookup) -> None:
    resolution = lookup.resolve("anthropic/claude-sonet-5")
    assert isinstance(resolution, Unknown)
    assert resolution.nearest[0].id == "anthropic/claude-sonnet-5"
    with pytest.raises(
        NotFound, match="There is no model 'anthropic/claude-sonet-5'; the nearest are anthropic/claude"
    ):
        lookup.offer("anthropic/claude-sonet-5")


@pytest.mark.parametrize("given_id", ["", " ", "zzz", "x" * 5_000])
def test_what_resembles_nothing_is_only_unknown(lookup: Lookup, given_id: str) -> None:
    resolution = lookup.resolve(given_id)
    assert resolution == Unknown(given_id, ())
    assert explain(Unknown(given_id, ())) == f"There is no model {given_id[:80]!r}."


def test_a_provider_is_known_by_its_id_or_by_litellms_prefix(lookup: Lookup) -> None:
    assert [it.id for it in lookup.providers("Anthropic")] == ["anthropic"]
    assert [it.id for it in lookup.providers("vertex_ai")] == ["vertex-anthropic"]
    assert lookup.providers("nobody") == ()


def test_every_offer_is_found_by_its_own_id_and_by_litellms(embedded_edition: Edition) -> None:
    lookup = embedded_edition.lookup
    for number, it in enumerate(embedded_edition.catalog.offers):
        assert lookup.number(it.id) == number
        if it.litellm and it.litellm.primary and it.litellm.kind is not RouteKind.COMPATIBLE:
            assert lookup.offer(it.litellm.id).base == it.base


@given(st.text(max_size=40))
def test_any_text_resolves_to_something(embedded_edition: Edition, text: str) -> None:
    assert isinstance(embedded_edition.lookup.resolve(text), Found | Ambiguous | Unknown)
