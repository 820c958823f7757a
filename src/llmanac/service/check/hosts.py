"""Hosts as files name them: by id, by LiteLLM's prefix, by name, by address, and as clients spell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from llmanac.domain.host_names import CLIENT_HOST_NAMES
from llmanac.domain.naming import squeeze
from llmanac.service.offers.id_forms import COLON_ALIASES

OWN = "own"
"""The host of models that users name or run themselves."""

OWN_HOSTS = frozenset(
    "azure azure_ai azure-cognitive-services azure_openai azureopenai huggingface hf ollama ollama_chat ollama-cloud "
    "lmstudio lm_studio lm-studio vllm hosted_vllm sagemaker sagemaker_chat openai_like custom_openai custom llamafile "
    "xinference triton litellm_proxy litellm-proxy llamacpp llama.cpp llama-cpp localai local-ai local koboldcpp mlx "
    "tabby oobabooga text-generation-webui tgi jan gpt4all docker-model-runner predibase baseten oci".split()
)
"""Hosts where users name deployments, or run any model: what is unknown there is theirs."""
LOCAL_HOSTS = OWN_HOSTS - frozenset(
    "azure azure_ai azure-cognitive-services ollama-cloud huggingface baseten oci".split()
)
"""Hosts on the user's own machines: the ids there are the user's own, even where another host has one of that name."""

CLIENT_NAMES = {
    "anthropic-vertex": "vertex_ai",
    "aws": "bedrock",
    "claude": "anthropic",
    "google-ai": "gemini",
    "google-generative-ai": "gemini",
    "googleai": "gemini",
    "kimi": "moonshot",
    "openai-codex": "openai",
    "x-ai": "xai",
}
"""Names of hosts in settings of clients, less those that ids begin with as well, each with LiteLLM's prefix."""

ADDRESSES = {
    "aiplatform.googleapis.com": "vertex_ai",
    "amazonaws.com": "bedrock",
    "api.anthropic.com": "anthropic",
    "api.cerebras.ai": "cerebras",
    "api.cohere.ai": "cohere",
    "api.cohere.com": "cohere",
    "api.deepinfra.com": "deepinfra",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.moonshot.cn": "moonshot",
    "api.openai.com": "openai",
    "api.perplexity.ai": "perplexity",
    "api.together.ai": "together_ai",
    "api.together.xyz": "together_ai",
    "api.x.ai": "xai",
    "codestral.mistral.ai": "mistral",
    "cognitiveservices.azure.com": "azure",
    "generativelanguage.googleapis.com": "gemini",
    "openai.azure.com": "azure",
    "services.ai.azure.com": "azure_ai",
}
"""Addresses of hosts whose feed states none."""

_LAB_LINES = (
    ("anthropic", r"claude-"),
    (
        "openai",
        r"(?:chat)?gpt-(?!oss|j|neo)|o[1-9](?:-|$)|text-(?:embedding|davinci|moderation)|dall-e-|whisper-1|tts-1|codex-|computer-use",
    ),
    ("google", r"gemini-|(?:text|chat)-bison|imagen-"),
    ("xai", r"grok-"),
    ("deepseek", r"deepseek-(?:chat|coder|reasoner)$"),
    (
        "mistral",
        (
            r"open-(?:mi[sx]tral|codestral)|(?:mi[sx]tral-(?:tiny|small|medium|large|embed)|codestral|ministral-\d+b|"
            r"pixtral-large|magistral-\w+|devstral-\w+)-(?:latest|\d{4})$"
        ),
    ),
    ("cohere", r"command(?:-(?:r|a|light|nightly)|$)|embed-(?:english|multilingual|v\d)|rerank-"),
    ("perplexity", r"sonar|pplx-"),
    ("moonshotai", r"moonshot-v1|kimi-k2-.*preview"),
)
LABS = tuple((host, re.compile(pattern, re.IGNORECASE)) for host, pattern in _LAB_LINES)
"""Labs that host their own closed models, each with the names that mean those."""

_FORMS = (
    (
        "bedrock",
        re.compile(
            r"(?:(?:us|eu|ap|apac|jp|au|ca|global|us-gov)\.)?(?:anthropic|amazon|meta|cohere|ai21|mistral|deepseek)\.[a-z].*"
        ),
    ),
    ("vertex_ai", re.compile(r"claude-[\w.-]+@(?:20\d{6}|latest|default)")),
    ("fireworks_ai", re.compile(r"accounts/fireworks/.+")),
    ("gemini", re.compile(r"models/(?:gemini|text-embedding|embedding|imagen|veo)-.+")),
)
_ADDRESS = re.compile(r"(?:https?|wss?)://(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:\s?#]+)", re.IGNORECASE)
_PRIVATE = re.compile(
    r"localhost|127\..*|0\.0\.0\.0|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|\[.*\]|host\.docker\.internal|[^.]+|.*\.(?:local|internal|lan|svc)",
    re.IGNORECASE,
)


class KnownHosts:
    """The hosts of a catalog, by every name that files may give them."""

    def __init__(self, summaries: Iterable[Mapping[str, Any]]) -> None:
        self._by_name: dict[str, str] = {}
        self._by_address: dict[str, str] = {}
        heads: dict[str, str] = {}
        for it in summaries:
            head = str(it["litellm_prefix"] or it["id"])
            heads[str(it["id"]).lower()] = str(it["id"])
            heads.setdefault(head.lower(), head)
            for name in (it["id"], it["litellm_prefix"], it["name"]):
                if name:
                    self._by_name.setdefault(squeeze(str(name)), str(it["id"]))
            address = _ADDRESS.match(str(it["api"] or ""))
            if address:
                self._by_address.setdefault(address[1].lower(), str(it["id"]))
        for name, head in {**CLIENT_HOST_NAMES, **COLON_ALIASES, **CLIENT_NAMES}.items():
            self._by_name.setdefault(squeeze(name), head)
        self._by_name.update({squeeze(name): OWN for name in LOCAL_HOSTS})
        self._by_address.update(ADDRESSES)
        self._heads = {**{name: name for name in OWN_HOSTS}, **COLON_ALIASES, **CLIENT_HOST_NAMES, **heads}

    @classmethod
    def of(cls, providers: Mapping[str, Any]) -> Self:
        """The hosts in the API's list of providers."""
        return cls(providers["providers"])

    @property
    def heads(self) -> frozenset[str]:
        """The names that may stand before a ``/`` or a ``:`` in an id, in lower case."""
        return frozenset(self._heads)

    def head_of(self, name: str) -> tuple[str, str] | None:
        """The host that an id begins with, and the rest of it; None where it begins with none."""
        for separator in ("/", ":"):
            head, found, rest = name.partition(separator)
            host = self._heads.get(head.lower())
            if found and rest and host is not None and (separator == ":" or head.lower() not in COLON_ALIASES):
                return host, rest
        return None

    def named(self, name: str) -> str | None:
        """The host of this name, in any spelling; OWN for one of the user's."""
        return self._by_name.get(squeeze(name))

    def at(self, url: str) -> str | None:
        """The host at an address; OWN for one on a private network, None for one that is unknown."""
        address = _ADDRESS.match(url.strip())
        if address is None:
            return None
        name = address[1].lower()
        if _PRIVATE.fullmatch(name):
            return OWN
        parts = name.split(".")
        domains = (".".join(parts[start:]) for start in range(len(parts) - 1))
        return next((self._by_address[it] for it in domains if it in self._by_address), None)


def lab_of(name: str) -> str | None:
    """The lab that a bare id of a closed model belongs to; None for one that any host may serve."""
    return next((host for host, pattern in LABS if pattern.match(name)), None)


def is_display_name(name: str) -> bool:
    """Whether a name is that of a closed model as people read it, ``GPT-4``: labs write their ids in lower case."""
    return name != name.lower() and lab_of(name) is not None


def prefix_by_form(name: str) -> str | None:
    """LiteLLM's prefix of the host whose form of ids this is; None if it is no host's own."""
    return next((host for host, pattern in _FORMS if pattern.fullmatch(name)), None)
