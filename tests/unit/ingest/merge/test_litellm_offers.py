"""The rows that only LiteLLM lists become offers at their hosts; those that fit no host are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.lifecycle import LifecycleDate
from llmanac.domain.pricing import PriceState, Rates
from llmanac.domain.records import Limits, Model, ModelKind
from llmanac.ingest.layer import Cost, LiteLLMListing, ModelClaims
from llmanac.ingest.merge.litellm_offers import (
    LiteLLMListings,
    LiteLLMOffers,
    find_litellm_listings,
    host_of_prefix,
    litellm_providers,
)
from llmanac.ingest.merge.retirement import StatedEnds

HOSTS = frozenset({"amazon-bedrock", "azure", "google", "google-vertex", "openai"})


def row(id: str, provider: str | None, price: int | None = None, **claims: Any) -> ModelClaims:  # noqa: A002 -- LiteLLM's
    cost = None if price is None else Cost(Rates(input=Decimal(price), output=Decimal(price)))
    return ModelClaims(id=id, litellm_provider=provider, cost=cost, **claims)


def found(*rows: ModelClaims, used: frozenset[str] = frozenset(), offers: tuple[str, ...] = ()) -> LiteLLMListings:
    return find_litellm_listings(rows, used=used, hosts=HOSTS, offers=offers, ends=StatedEnds.of(rows))


@pytest.mark.parametrize(
    ("id_", "provider", "offer"),
    [
        ("azure/eu/gpt-5", "azure", "azure/eu/gpt-5"),
        ("azure_ai/embed-v4", "azure_ai", "azure/embed-v4"),
        ("eu.anthropic.claude-sonnet-5", "bedrock_converse", "amazon-bedrock/eu.anthropic.claude-sonnet-5"),
        ("bedrock/eu-west-2/nemotron", "bedrock", "amazon-bedrock/eu-west-2/nemotron"),
        ("gemini-embedding-1", "vertex_ai-embedding-models", "google-vertex/gemini-embedding-1"),
        ("vertex_ai/imagen-4", "vertex_ai-image-models", "google-vertex/imagen-4"),
        ("low/1024-x-1024/gpt-image-1", "openai", "openai/low/1024-x-1024/gpt-image-1"),
        ("text-completion-openai/babbage-002", "text-completion-openai", "openai/babbage-002"),
        ("sambanova/DeepSeek-R1", "sambanova", "sambanova/DeepSeek-R1"),
        ("groq/whisper", "groq", "groq/whisper"),  # a host of models.dev that lists nothing here
    ],
)
def test_a_row_belongs_to_the_host_that_it_names(id_: str, provider: str, offer: str) -> None:
    listings = found(row(id_, provider))
    assert ([it.id for it in listings.listed], listings.strays) == ([offer], ())


@pytest.mark.parametrize(("id_", "provider"), [("replicateopenai/gpt-oss-20b", "replicate"), ("gpt-9", None)])
def test_a_row_that_contradicts_its_host_is_a_stray(id_: str, provider: str | None) -> None:
    assert found(row(id_, provider)) == LiteLLMListings((), (id_,))


def test_another_spelling_of_an_offer_is_no_offer_of_its_own() -> None:
    rows = (row("gpt-5.5", "openai"), row("azure_ai/gpt-5.5", "azure_ai"), row("gemini/gemini-3", "gemini"))
    listings = found(*rows, used=frozenset({"gemini/gemini-3"}), offers=("openai/gpt-5.5", "azure/GPT-5.5"))
    assert listings == LiteLLMListings(aliases={"gpt-5.5": "openai/gpt-5.5", "azure_ai/gpt-5.5": "azure/GPT-5.5"})


def test_two_spellings_of_a_row_are_one_offer_unless_their_prices_differ() -> None:
    alike = found(row("gemini-live", "gemini", 1), row("gemini/gemini-live", "gemini", 1))
    assert [(it.id, it.row.id) for it in alike.listed] == [("google/gemini-live", "gemini/gemini-live")]
    assert alike.aliases == {"gemini-live": "google/gemini-live"}
    apart = found(row("azure/tts", "azure", 1), row("azure_ai/tts", "azure_ai", 2))
    assert [(it.id, it.row.id) for it in apart.listed] == [
        ("azure/azure_ai/tts", "azure_ai/tts"),
        ("azure/tts", "azure/tts"),
    ]


def test_a_listing_has_the_last_day_of_its_row() -> None:
    [listing] = found(row("openai/gpt-5-codex", "openai", deprecation_date="2026-07-23")).listed
    assert listing.lifecycle.retires_on == LifecycleDate("2026-07-23", "litellm")


def test_an_offer_has_the_price_limits_and_kind_of_its_row() -> None:
    claims = row("openai/text-embedding-9", "openai", 2, mode="embedding", limits=Limits(input=8192, output=1))
    models = {
        "text-embedding-9": Model(
            base="text-embedding-9", lab=None, family=None, release_date=None, popularity=0.5, offers=()
        )
    }
    [offer] = LiteLLMOffers([LiteLLMListing("openai", "text-embedding-9", claims)], models)
    assert (offer.id, offer.listed_by, offer.kind) == ("openai/text-embedding-9", "litellm", ModelKind.EMBEDDING)
    assert (offer.price.rates.input, offer.price.state) == (Decimal(2), PriceState.KNOWN)
    assert offer.limits == Limits(context=8192, output=1)
    assert offer.litellm is not None
    assert (offer.litellm.id, offer.litellm.known) == ("openai/text-embedding-9", True)


@pytest.mark.parametrize(
    ("provider", "model", "state"),
    [
        ("ollama", "llama3", PriceState.FREE),
        ("router", "glm-free", PriceState.FREE),
        ("gigachat", "max", PriceState.UNKNOWN),  # LiteLLM writes 0 for what it does not know
    ],
)
def test_a_zero_is_free_only_where_it_must_be(provider: str, model: str, state: PriceState) -> None:
    listing = LiteLLMListing(provider, model, row(f"{provider}/{model}", provider, 0))
    assert LiteLLMOffers([listing], {})[0].price.state is state


def test_hosts_that_only_litellm_knows_have_its_prefix() -> None:
    listings = found(row("sambanova/x", "sambanova"), row("azure/y", "azure")).listed
    assert [(it.id, it.litellm_prefix) for it in litellm_providers(listings, HOSTS).values()] == [
        ("sambanova", "sambanova")
    ]


@pytest.mark.parametrize(
    ("prefix", "host"),
    [
        ("vertex_ai-llama_models", "google-vertex"),
        ("bedrock_mantle", "amazon-bedrock"),
        ("amazon-nova", "nova"),
        ("nobody", "nobody"),
    ],
)
def test_the_host_of_a_prefix(prefix: str, host: str) -> None:
    assert host_of_prefix(prefix) == host
