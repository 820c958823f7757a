"""Hosts as the API lists them, and the mentions in a text as a file of a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import pytest

from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.mentions import Mentions, find_mentions
from llmanac.service.check.syntax.formats import PLAIN, format_of
from llmanac.service.check.text import FileText

Find = Callable[[str, str], Mentions]


def provider(
    host: str, prefix: str | None, *, name: str | None = None, api: str | None = None
) -> dict[str, str | None]:
    return {"id": host, "litellm_prefix": prefix, "name": name, "api": api}


@pytest.fixture(scope="session")
def hosts() -> KnownHosts:
    return KnownHosts(
        [
            provider("openai", "openai", name="OpenAI"),
            provider("anthropic", "anthropic", name="Anthropic"),
            provider("google", "gemini", name="Google"),
            provider("google-vertex", "vertex_ai", name="Vertex"),
            provider("amazon-bedrock", "bedrock", name="Amazon Bedrock"),
            provider("azure", "azure", name="Azure"),
            provider("groq", "groq", name="Groq"),
            provider("xai", "xai", name="xAI"),
            provider("mistral", "mistral", name="Mistral"),
            provider("togetherai", "together_ai", name="Together AI"),
            provider("openrouter", "openrouter", name="OpenRouter", api="https://openrouter.ai/api/v1"),
            provider("deepseek", "deepseek", name="DeepSeek", api="https://api.deepseek.com"),
            provider("fireworks-ai", "fireworks_ai", name="Fireworks AI", api="https://api.fireworks.ai/inference/v1/"),
        ]
    )


@pytest.fixture(scope="session")
def find(hosts: KnownHosts) -> Find:
    """The mentions in a text, as a file of this name."""

    def found(name: str, text: str) -> Mentions:
        read = FileText.read(text.encode())
        assert read is not None
        return find_mentions(read, format_of(PurePath(name)) or PLAIN, hosts)

    return found
