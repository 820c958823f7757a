"""Routes: the id that LiteLLM calls for an offer, and whether LiteLLM's own map has it."""

from __future__ import annotations

import pytest

from llmanac.domain.records import RouteKind
from llmanac.ingest.layer import ModelClaims, ProviderClaims
from llmanac.ingest.merge.litellm_routes import (
    NATIVE_BASE_PREFIXES,
    NATIVE_PREFIXES,
    Target,
    prefix_of,
    target_of,
)
from llmanac.ingest.merge.litellm_rows import LiteLLMRows


def row(id_: str, provider: str) -> ModelClaims:
    return ModelClaims(id=id_, litellm_provider=provider, mode="chat")


MAP = LiteLLMRows(
    [
        row("gpt-5", "openai"),
        row("gpt-3.5-turbo-instruct", "text-completion-openai"),
        row("claude-sonnet-5", "anthropic"),
        row("command-r", "cohere_chat"),
        row("us.anthropic.claude-sonnet-5", "bedrock_converse"),
        row("gemini-3-pro", "vertex_ai-language-models"),
        row("gemini/gemini-3-pro", "gemini"),
        row("vertex_ai/claude-sonnet-5", "vertex_ai-anthropic_models"),
        row("amazon-nova/nova-pro-v1", "amazon_nova"),
        row("azure_ai/Phi-4", "azure_ai"),
        row("azure/gpt-5", "azure"),
        row("bedrock_mantle/openai.gpt-5", "bedrock_mantle"),
        row("groq/openai/gpt-oss-120b", "groq"),
        row("scaleway/openai/gpt-oss-120b", "scaleway"),
        row("qwencloud/qwen3-max", "qwencloud"),
    ]
)


def target(provider: str, model: str, **details: str | None) -> Target | None:
    host = ProviderClaims(id=provider, npm=details.get("npm"), api=details.get("api"))
    return target_of(host, ModelClaims(id=model, npm=details.get("model_npm"), api=details.get("model_api")), rows=MAP)


@pytest.mark.parametrize(
    ("provider", "model", "id_", "known"),
    [
        ("openai", "gpt-5", "openai/gpt-5", True),
        ("openai", "gpt-3.5-turbo-instruct", "openai/gpt-3.5-turbo-instruct", True),
        ("openai", "gpt-9", "openai/gpt-9", False),
        ("anthropic", "claude-sonnet-5", "anthropic/claude-sonnet-5", True),
        ("cohere", "command-r", "cohere/command-r", True),
        ("amazon-bedrock", "us.anthropic.claude-sonnet-5", "bedrock/us.anthropic.claude-sonnet-5", True),
        ("google", "gemini-3-pro", "gemini/gemini-3-pro", True),
        ("google-vertex", "gemini-3-pro", "vertex_ai/gemini-3-pro", True),
        ("google-vertex-anthropic", "claude-sonnet-5@default", "vertex_ai/claude-sonnet-5", True),
        ("google-vertex", "claude-sonnet-5@20260601", "vertex_ai/claude-sonnet-5@20260601", False),
        ("nova", "nova-pro-v1", "amazon_nova/nova-pro-v1", True),
        ("groq", "openai/gpt-oss-120b", "groq/openai/gpt-oss-120b", True),
        ("groq", "groq/compound", "groq/groq/compound", False),
        ("openrouter", "gpt-5", "openrouter/gpt-5", False),
        ("azure", "gpt-5", "azure/gpt-5", True),
        ("azure", "o4-mini", "azure/o4-mini", False),
        ("azure", "gpt-oss-120b", "azure_ai/gpt-oss-120b", False),
        ("azure-cognitive-services", "phi-4", "azure_ai/phi-4", True),
        ("scaleway", "gpt-oss-120b", "scaleway/openai/gpt-oss-120b", True),
        ("alibaba", "qwen3-max", "qwencloud/qwen3-max", True),
        ("alibaba-cn", "qwen3-max", "dashscope/qwen3-max", False),
    ],
)
def test_a_native_provider_is_called_by_the_id_alone(provider: str, model: str, id_: str, *, known: bool) -> None:
    found = target(provider, model)

    assert found is not None
    assert (found.id, found.kind, found.row is not None, found.api_base) == (id_, RouteKind.NATIVE, known, None)


def test_a_bare_row_of_another_provider_makes_nothing_known() -> None:
    found = target("xai", "gpt-5")

    assert found is not None
    assert found.row is None


def test_the_newer_endpoint_of_bedrock_has_a_prefix_of_its_own() -> None:
    found = target("amazon-bedrock", "openai.gpt-5", model_npm="@ai-sdk/amazon-bedrock/mantle")

    assert found is not None
    assert (found.id, found.row is not None) == ("bedrock_mantle/openai.gpt-5", True)


def test_another_region_or_plan_of_a_native_provider_needs_its_address() -> None:
    found = target("moonshotai-cn", "kimi-k3", api="https://api.moonshot.cn/v1")

    assert found is not None
    assert found.id == "moonshot/kimi-k3"
    assert (found.kind, found.api_base) == (RouteKind.NATIVE_BASE, "https://api.moonshot.cn/v1")


@pytest.mark.parametrize(
    ("npm", "api", "id_", "api_base"),
    [
        ("@ai-sdk/openai-compatible", "https://api.acme.example/v1", "openai/m", "https://api.acme.example/v1"),
        ("@ai-sdk/openai", "https://api.acme.example/v1", "openai/m", "https://api.acme.example/v1"),
        (
            "@ai-sdk/anthropic",
            "https://api.acme.example/anthropic/v1",
            "anthropic/m",
            "https://api.acme.example/anthropic",
        ),
        ("@ai-sdk/anthropic", "https://api.acme.example/", "anthropic/m", "https://api.acme.example"),
    ],
)
def test_any_other_compatible_endpoint_is_called_at_its_address(npm: str, api: str, id_: str, api_base: str) -> None:
    found = target("acme", "m", npm=npm, api=api)

    assert found is not None
    assert (found.id, found.kind, found.row) == (id_, RouteKind.COMPATIBLE, None)
    assert found.api_base == api_base


def test_a_model_may_be_spoken_to_otherwise_than_the_rest_of_its_provider() -> None:
    found = target(
        "acme", "m", npm="@ai-sdk/openai-compatible", api="https://a.example/v1", model_npm="@ai-sdk/anthropic"
    )

    assert found is not None
    assert (found.id, found.api_base) == ("anthropic/m", "https://a.example")


@pytest.mark.parametrize(
    ("npm", "api"), [("@ai-sdk/openai-compatible", None), ("acme-ai-provider", "https://a.example"), (None, None)]
)
def test_what_speaks_no_known_protocol_or_has_no_address_has_no_route(npm: str | None, api: str | None) -> None:
    assert target("acme", "m", npm=npm, api=api) is None


def test_no_provider_is_native_twice() -> None:
    assert NATIVE_PREFIXES.keys().isdisjoint(NATIVE_BASE_PREFIXES)


@pytest.mark.parametrize(
    ("provider", "prefix"),
    [
        ("google", "gemini"),
        ("google-vertex", "vertex_ai"),
        ("google-vertex-anthropic", "vertex_ai"),
        ("amazon-bedrock", "bedrock"),
        ("togetherai", "together_ai"),
        ("fireworks-ai", "fireworks_ai"),
        ("moonshotai", "moonshot"),
        ("alibaba", "qwencloud"),
        ("alibaba-cn", "dashscope"),
        ("digitalocean", "gradient_ai"),
        ("github-models", "github"),
        ("cloudflare-workers-ai", "cloudflare"),
        ("nvidia", "nvidia_nim"),
        ("vercel", "vercel_ai_gateway"),
        ("venice", "veniceai"),
        ("xiaomi", "xiaomi_mimo"),
        ("ollama-cloud", "ollama_chat"),
        ("novita-ai", "novita"),
        ("friendli", "friendliai"),
        ("gmicloud", "gmi"),
        ("llama", "meta_llama"),
        ("meta", "meta"),
        ("nova", "amazon_nova"),
        ("sap-ai-core", "sap"),
        ("scx", "scx-ai"),
        ("snowflake-cortex", "snowflake"),
        ("zhipuai", "bigmodel"),
        ("llmgateway", None),
        ("cloudflare-ai-gateway", None),
        ("inference", None),
    ],
)
def test_the_prefix_of_a_provider_is_litellms_name_for_it(provider: str, prefix: str | None) -> None:
    assert prefix_of(provider) == prefix
