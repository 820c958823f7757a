"""Continue's ``config.yaml``: its models, each with the roles that it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.hosts import IN_ADDRESS, host_of, key_variable, package_of
from llmanac.dialects.configs.yaml_text import encode_yaml
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.records import Capability, Limits, ModelKind, Offer, Provider

HEAD = {"name": "llmanac", "version": "1.0.0", "schema": "v1"}
PROVIDERS = {
    "amazon-bedrock": "bedrock",
    "anthropic": "anthropic",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepinfra": "deepinfra",
    "google": "gemini",
    "google-vertex": "vertexai",
    "groq": "groq",
    "mistral": "mistral",
    "openai": "openai",
    "openrouter": "openrouter",
    "togetherai": "together",
    "venice": "venice",
    "xai": "xAI",
}
"""Continue's own providers that need no address, by the host that each calls."""
PROTOCOLS = {"@ai-sdk/openai-compatible": "openai", "@ai-sdk/openai": "openai", "@ai-sdk/anthropic": "anthropic"}
"""Continue's providers for the protocol of any other host, by the AI SDK's package for it."""
ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "bedrock": {
        "region": "AWS_REGION",
        "accessKeyId": "AWS_ACCESS_KEY_ID",
        "secretAccessKey": "AWS_SECRET_ACCESS_KEY",
    },
    "vertexai": {"projectId": "GOOGLE_VERTEX_PROJECT", "region": "GOOGLE_VERTEX_LOCATION"},
}
"""Settings that a provider has in place of a key, and the host's variable for each."""
ROLES = {
    ModelKind.CHAT: ("chat", "edit", "apply"),
    ModelKind.COMPLETION: ("autocomplete",),
    ModelKind.EMBEDDING: ("embed",),
    ModelKind.RERANK: ("rerank",),
}
LEAST_INPUT = 1_000
"""Tokens of the context that have to be left for input."""
CAPABILITIES = {"tool_use": Capability.TOOL_CALL, "image_input": Capability.VISION}


def make(offers: Sequence[Offer], served: ServedCatalog) -> bytes:
    """The configuration, with a model for each offer."""
    titles = [_title(offer, served) for offer in offers]
    counts = Counter(titles)
    models = [
        _model(offer, served, name=title if counts[title] == 1 else offer.id)
        for offer, title in zip(offers, titles, strict=True)
    ]
    return encode_yaml({**HEAD, "models": models})


def omission(offer: Offer, served: ServedCatalog) -> str | None:
    """Why Continue cannot call an offer, or has no role for it."""
    if offer.kind not in ROLES:
        return "no role for models of its kind"
    return None if _provider(host_of(offer, served)) else "Continue has no way to its host"


def _provider(host: Provider) -> str | None:
    """The provider by which Continue calls a host; None where it has none."""
    return PROVIDERS.get(host.id) or (PROTOCOLS.get(package_of(host) or "") if host.api else None)


def _title(offer: Offer, served: ServedCatalog) -> str:
    """A name for people, with the host."""
    return f"{offer.name or offer.model} ({host_of(offer, served).name or offer.provider})"


def _model(offer: Offer, served: ServedCatalog, *, name: str) -> dict[str, Any]:
    host = host_of(offer, served)
    provider = _provider(host)
    key = key_variable(host)
    # Continue's own providers know their addresses.
    address = None if host.id in PROVIDERS or host.api is None else IN_ADDRESS.sub(r"${{ secrets.\1 }}", host.api)
    environment = {
        name: _secret(variable)
        for name, variable in ENVIRONMENTS.get(provider or "", {}).items()
        if variable in host.env
    }
    able = [name for name, capability in CAPABILITIES.items() if capability in offer.capabilities]
    limits = {"contextLength": offer.limits.context, "maxTokens": _most_output(offer.limits)}
    stated = {
        "name": name,
        "provider": provider,
        "model": offer.model,
        "apiKey": _secret(key) if key is not None and not environment else None,
        "apiBase": address,
        "env": environment or None,
        "roles": [*ROLES[offer.kind]],
        "capabilities": able or None,
        "defaultCompletionOptions": {name: it for name, it in limits.items() if it is not None} or None,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _most_output(limits: Limits) -> int | None:
    """The most tokens of output; None where they would leave no room for input, which Continue refuses."""
    has_room = limits.context is None or limits.output is None or limits.context - limits.output >= LEAST_INPUT
    return limits.output if has_room else None


def _secret(variable: str) -> str:
    return f"${{{{ secrets.{variable} }}}}"


CONFIG = Config(
    name="continue",
    client="Continue",
    file_name="config.yaml",
    media_type="application/yaml",
    omission=omission,
    make=make,
)
