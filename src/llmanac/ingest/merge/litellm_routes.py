"""Routes of LiteLLM to the providers of models.dev: the prefix, and whether an address must be configured.

``NATIVE`` means that the prefix is a provider of LiteLLM with the same default address as in models.dev;
``NATIVE_BASE`` that the address is another (a region, or a plan). Providers that are not in the tables are reached as
OpenAI- or Anthropic-compatible endpoints, where they are. A prefix proves only that LiteLLM knows the provider;
``known`` that its price map has the exact id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmanac.domain.records import LiteLLMRoute, RouteKind
from llmanac.ingest.layer import ModelClaims, ProviderClaims
from llmanac.ingest.merge.litellm_rows import LiteLLMRows

NATIVE_PREFIXES = {
    "abliteration-ai": "abliteration",
    "ai21": "ai21",
    "aiand": "aiand",
    "aihubmix": "aihubmix",
    "alibaba": "qwencloud",
    "alibaba-cn": "dashscope",
    "amazon-bedrock": "bedrock",
    "anthropic": "anthropic",
    "azure": "azure",
    "azure-cognitive-services": "azure",
    "baseten": "baseten",
    "cerebras": "cerebras",
    "chutes": "chutes",
    "clarifai": "clarifai",
    "cloudflare-workers-ai": "cloudflare",
    "cohere": "cohere",
    "coralbricks": "coralbricks",
    "cortecs": "cortecs",
    "crusoe": "crusoe",
    "databricks": "databricks",
    "deepinfra": "deepinfra",
    "deepseek": "deepseek",
    "digitalocean": "gradient_ai",
    "edenai": "edenai",
    "empiriolabs": "empiriolabs",
    "fireworks-ai": "fireworks_ai",
    "friendli": "friendliai",
    "github-copilot": "github_copilot",
    "github-models": "github",
    "gmicloud": "gmi",
    "google": "gemini",
    "google-vertex": "vertex_ai",
    "google-vertex-anthropic": "vertex_ai",
    "groq": "groq",
    "helicone": "helicone",
    "huggingface": "huggingface",
    "inception": "inception",
    "llama": "meta_llama",
    "lmstudio": "lm_studio",
    "meta": "meta",
    "minimax": "minimax",
    "mistral": "mistral",
    "modelscope": "modelscope",
    "moonshotai": "moonshot",
    "morph": "morph",
    "nano-gpt": "nano-gpt",
    "nova": "amazon_nova",
    "novita-ai": "novita",
    "nvidia": "nvidia_nim",
    "openai": "openai",
    "openrouter": "openrouter",
    "ovhcloud": "ovhcloud",
    "perplexity": "perplexity",
    "perplexity-agent": "perplexity",
    "poe": "poe",
    "sap-ai-core": "sap",
    "sarvam": "sarvam",
    "scaleway": "scaleway",
    "scx": "scx-ai",
    "scx-ai": "scx-ai",
    "snowflake-cortex": "snowflake",
    "synthetic": "synthetic",
    "togetherai": "together_ai",
    "v0": "v0",
    "venice": "veniceai",
    "vercel": "vercel_ai_gateway",
    "volcengine": "volcengine",
    "wandb": "wandb",
    "watsonx": "watsonx",
    "xai": "xai",
    "xiaomi": "xiaomi_mimo",
    "zai": "zai",
    "zhipuai": "bigmodel",
}

NATIVE_BASE_PREFIXES = {
    "alibaba-coding-plan": "qwencloud",
    "alibaba-coding-plan-cn": "dashscope",
    "alibaba-token-plan": "qwencloud",
    "alibaba-token-plan-cn": "dashscope",
    "minimax-cn": "minimax",
    "minimax-cn-coding-plan": "minimax",
    "minimax-coding-plan": "minimax",
    "moonshotai-cn": "moonshot",
    "nebius": "nebius",
    "ollama-cloud": "ollama_chat",
    "opencode-go": "opencode_go",
    "tencent-coding-plan": "tencent",
    "tencent-token-plan": "tencent",
    "tencent-tokenhub": "tencent",
    "volcengine-coding-plan": "volcengine",
    "xiaomi-token-plan-ams": "xiaomi_mimo",
    "xiaomi-token-plan-cn": "xiaomi_mimo",
    "xiaomi-token-plan-sgp": "xiaomi_mimo",
    "zai-coding-plan": "zai",
    "zhipuai-coding-plan": "bigmodel",
}

COMPATIBLE_PREFIXES = {
    "@ai-sdk/openai-compatible": "openai",
    "@ai-sdk/openai": "openai",
    "@openrouter/ai-sdk-provider": "openai",
    "@ai-sdk/anthropic": "anthropic",
}
"""AI SDK packages, each with the prefix by which LiteLLM uses the same protocol."""

MANTLE = "@ai-sdk/amazon-bedrock/mantle"
"""Bedrock's newer endpoint, which has its own prefix in LiteLLM: ``bedrock_mantle``."""

OPENAI_ON_AZURE = re.compile(
    r"(gpt-(?!oss)|o[1-9]|chatgpt|codex|computer-use|dall-e|sora|tts|whisper|text-embedding|davinci|babbage)",
    re.IGNORECASE,
)
"""Ids that Azure serves as OpenAI deployments (``azure/``); all others are ``azure_ai/``."""


@dataclass(frozen=True, slots=True)
class Target:
    """A route, before it is decided which of several offers is the primary one of its id."""

    id: str
    kind: RouteKind
    row: ModelClaims | None
    """LiteLLM's own row for the id, where it has one."""
    api_base: str | None

    def route(self, *, primary: bool) -> LiteLLMRoute:
        """The route of one offer."""
        return LiteLLMRoute(
            id=self.id, kind=self.kind, known=self.row is not None, primary=primary, api_base=self.api_base
        )


def prefix_of(provider: str) -> str | None:
    """The LiteLLM prefix of a provider of models.dev; None where it has none."""
    return NATIVE_PREFIXES.get(provider) or NATIVE_BASE_PREFIXES.get(provider)


def target_of(provider: ProviderClaims, model: ModelClaims, *, rows: LiteLLMRows) -> Target | None:
    """The route of LiteLLM to a model at a provider; None where there is none."""
    if native := NATIVE_PREFIXES.get(provider.id):
        prefix = _refined(native, model)
        return _native(prefix, _called(prefix, model.id), rows)
    if native := NATIVE_BASE_PREFIXES.get(provider.id):
        row = rows.find(native, model.id)
        return Target(f"{native}/{model.id}", RouteKind.NATIVE_BASE, row, model.api or provider.api)
    return _compatible(provider, model)


def _native(prefix: str, name: str, rows: LiteLLMRows) -> Target:
    """The route by the id alone: the one in LiteLLM's map, where that spells the host's own otherwise."""
    row = rows.find(prefix, name)
    if row is None and (respelt := rows.find_respelt(prefix, name)):
        return Target(respelt.id, RouteKind.NATIVE, respelt, None)
    return Target(f"{prefix}/{name}", RouteKind.NATIVE, row, None)


def _refined(prefix: str, model: ModelClaims) -> str:
    """The prefix of one model, where a provider has several."""
    if prefix == "azure" and not OPENAI_ON_AZURE.match(model.id):
        return "azure_ai"
    if prefix == "bedrock" and model.npm == MANTLE:
        return "bedrock_mantle"
    return prefix


def _called(prefix: str, name: str) -> str:
    """The model name in LiteLLM's id; at Vertex without ``@default``, which is not a version."""
    return name.removesuffix("@default") if prefix == "vertex_ai" else name


def _compatible(provider: ProviderClaims, model: ModelClaims) -> Target | None:
    prefix = COMPATIBLE_PREFIXES.get(model.npm or provider.npm or "")
    api = model.api or provider.api
    if prefix is None or api is None:
        return None
    if prefix == "anthropic":  # LiteLLM itself appends /v1/messages
        api = api.rstrip("/").removesuffix("/v1")
    return Target(f"{prefix}/{model.id}", RouteKind.COMPATIBLE, None, api)
