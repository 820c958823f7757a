"""Ids as people, clients and configurations write them, resolved in the catalog of the package."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.domain.naming import fold
from llmanac.domain.records import ModelKind
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.litellm_offers import host_of_prefix
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.id_forms import IdForm
from llmanac.service.offers.resolution import Ambiguous, Found, Removed, Unknown
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.validation import IdStatus


@pytest.fixture
def resolver(embedded_edition: Edition) -> Resolver:
    return embedded_edition.services.resolver


@pytest.mark.parametrize(
    ("given_id", "host"),
    [
        ("anthropic/claude-sonnet-4-20250514", "anthropic"),
        ("google/gemini-2.0-flash", "google"),
        ("openai/gpt-oss-20b", "openai"),
        ("deepseek/deepseek-chat-v3-0324", "deepseek"),
        ("cohere/command-a-reasoning", "cohere"),
        ("gemini/gemini-2.5-pro-preview-06-05", "google"),
        ("anthropic:claude-3-5-sonnet-latest", "anthropic"),
        ("openrouter/anthropic/claude-3.7-sonnet", "openrouter"),
        ("groq/meta-llama/llama-4-maverick-17b-128e-instruct", "groq"),
    ],
)
def test_an_id_that_begins_with_a_host_is_never_another_hosts(resolver: Resolver, given_id: str, host: str) -> None:
    resolution = resolver.resolve(given_id)
    assert resolution.reading.host == host
    assert not isinstance(resolution, Found)


@pytest.mark.parametrize(
    ("given_id", "offer", "price"),
    [
        ("deepseek/deepseek-reasoner", "deepseek/deepseek-reasoner", "0.28"),
        ("deepinfra/meta-llama/Llama-3.3-70B-Instruct", "deepinfra/meta-llama/Llama-3.3-70B-Instruct", "0.23"),
        ("bedrock/eu.anthropic.claude-sonnet-5-5", "amazon-bedrock/eu.anthropic.claude-sonnet-5-5", "2.2"),
        ("eu.anthropic.claude-opus-5-5", "amazon-bedrock/eu.anthropic.claude-opus-5-5", "4.4"),
        (
            "bedrock/eu-west-2/nvidia.nemotron-super-3-120b",
            "amazon-bedrock/eu-west-2/nvidia.nemotron-super-3-120b",
            "0.23",
        ),
        (
            "bedrock/apac.anthropic.claude-haiku-4-5-20251001-v1:0",
            "amazon-bedrock/apac.anthropic.claude-haiku-4-5-20251001-v1:0",
            "1.1",
        ),
        ("azure/eu/gpt-5", "azure/eu/gpt-5", "1.375"),
        ("sambanova/DeepSeek-R1", "sambanova/DeepSeek-R1", "5"),
        ("accounts/fireworks/models/kimi-k2p6", "fireworks-ai/accounts/fireworks/models/kimi-k2p6", "0.95"),
    ],
)
def test_what_only_litellm_lists_is_known_at_its_own_host_and_price(
    resolver: Resolver, given_id: str, offer: str, price: str
) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Found)
    assert (resolution.offer.id, resolution.offer.price.rates.input) == (offer, Decimal(price))


@pytest.mark.parametrize(
    ("given_id", "kind"),
    [
        ("text-embedding-3-small", ModelKind.EMBEDDING),
        ("whisper-1", ModelKind.TRANSCRIPTION),
        ("cohere/rerank-v4.0-pro", ModelKind.RERANK),
        ("stability/sd3.5-large", ModelKind.IMAGE),
        ("deepgram/aura-2", ModelKind.SPEECH),
        ("gpt-5.5", ModelKind.CHAT),
        ("mistral/mistral-ocr-latest", ModelKind.OCR),
    ],
)
def test_every_offer_has_a_kind(resolver: Resolver, given_id: str, kind: ModelKind) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Found)
    assert resolution.offer.kind is kind


@pytest.mark.parametrize(
    ("given_id", "offer", "forms"),
    [
        ("claude_4_5_haiku", "anthropic/claude-haiku-4-5", ()),
        ("claude_4_5_sonnet", "anthropic/claude-sonnet-4-5", ()),
        ("anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", ()),
        ("claude-opus-5[1m]", "anthropic/claude-opus-5", (IdForm.CONTEXT,)),
        ("models/gemini-2.5-flash", "google/gemini-2.5-flash", (IdForm.RESOURCE,)),
        ("publishers/google/models/gemini-2.5-pro", "google-vertex/gemini-2.5-pro", (IdForm.RESOURCE,)),
        ("vertex_ai/claude-sonnet-4-5@20250929", "google-vertex/claude-sonnet-4-5@20250929", ()),
        ("google_vertexai:gemini-2.5-pro", "google-vertex/gemini-2.5-pro", (IdForm.COLON,)),
        ("openai/responses/gpt-5.5", "openai/gpt-5.5", (IdForm.ENDPOINT,)),
        (
            "bedrock/converse/us.anthropic.claude-sonnet-4-6",
            "amazon-bedrock/us.anthropic.claude-sonnet-4-6",
            (IdForm.ENDPOINT,),
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            (IdForm.ARN,),
        ),
        ("litellm_proxy/gpt-4o", "openai/gpt-4o", (IdForm.PROXY,)),
        ("openrouter:anthropic/claude-sonnet-4.5", "openrouter/anthropic/claude-sonnet-4.5", (IdForm.COLON,)),
        ("nvidia/llama-3.3-nemotron-super-49b-v1", "nvidia/nvidia/llama-3.3-nemotron-super-49b-v1", ()),
    ],
)
def test_the_spellings_of_clients_resolve(
    resolver: Resolver, given_id: str, offer: str, forms: tuple[IdForm, ...]
) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Found)
    assert (resolution.offer.id, resolution.reading.forms) == (offer, forms)


@pytest.mark.parametrize(
    ("given_id", "offer"),
    [
        ("claude-3-haiku-20240307", "anthropic/claude-3-haiku-20240307"),
        ("claude-opus-4-1-20250805", "anthropic/claude-opus-4-1-20250805"),
        ("claude-opus-4.1", "anthropic/claude-opus-4-1"),
        ("o1-mini", "openai/o1-mini"),
        ("gemini/gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("github-models/openai/gpt-4o", "github-models/openai/gpt-4o"),  # the whole host is gone
        ("palm/chat-bison", "palm/chat-bison"),
    ],
)
def test_what_is_gone_is_told_from_what_never_was(resolver: Resolver, given_id: str, offer: str) -> None:
    resolution = resolver.resolve(given_id)
    assert isinstance(resolution, Removed)
    assert resolution.past.id == offer


@pytest.mark.parametrize("given_id", ["claude-3-7-sonnet-latest", "litellm_proxy/claude-opus-4", "sonnet-4.5"])
def test_a_labs_name_that_only_others_list_says_so(resolver: Resolver, given_id: str) -> None:
    assert isinstance(resolver.resolve(given_id), Ambiguous)


@pytest.mark.parametrize("given_id", ["azure/my-voice-deployment", "anthropic/claude-9", "gpt-9000"])
def test_what_never_was_is_unknown(resolver: Resolver, given_id: str) -> None:
    assert isinstance(resolver.resolve(given_id), Unknown)


def test_every_id_of_litellms_map_is_its_own_hosts(embedded_build: Build, resolver: Resolver) -> None:
    catalog = embedded_build.catalog
    hosts = {it.id: host_of_prefix(it.litellm_prefix or it.id) for it in catalog.providers.values()}
    elsewhere, known, ids = [], 0, [row.id for row in embedded_build.feeds["litellm"].decode().models]
    for id_ in ids:
        resolution = resolver.resolve(id_)
        if isinstance(resolution, Found):
            known += 1
            named = resolver.providers(id_.partition("/")[0]) if "/" in id_ else ()
            allowed = {hosts.get(it.id, it.id) for it in named}
            provider = resolution.offer.provider
            if named and hosts.get(provider, provider) not in allowed:
                elsewhere.append((id_, resolution.offer.id))
    assert elsewhere == []
    assert known >= 0.98 * len(ids)


def test_a_verdict_says_what_was_read_and_what_else_it_weighed(embedded_edition: Edition) -> None:
    verdict = embedded_edition.services.validator.validate("openai/gpt-oss-20b")
    assert (verdict.standing, verdict.provider) == (IdStatus.UNKNOWN, "openai")
    assert (verdict.reading.host, verdict.reading.model) == ("openai", "gpt-oss-20b")
    assert verdict.alternatives
    assert all(fold(it).endswith("/gpt-oss-20b") for it in verdict.alternatives)


def test_the_verdict_on_a_past_offer_has_its_last_day_its_price_and_a_successor(embedded_edition: Edition) -> None:
    verdict = embedded_edition.services.validator.validate("anthropic/claude-opus-4-1-20250805")
    assert (verdict.standing, verdict.status, verdict.last_listed) == (IdStatus.REMOVED, "removed", "2026-08-11")
    assert verdict.deprecation_date == "2026-08-05"
    assert verdict.last_price is not None
    assert (verdict.last_price.input, verdict.last_price.output) == (Decimal(15), Decimal(75))
    assert verdict.successor is not None
    assert verdict.successor.startswith("anthropic/claude-opus-5")
