"""The context of a string: the names around it."""

from __future__ import annotations

import pytest

from llmanac.service.check.context import read_context
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.roles import StringRole
from llmanac.service.check.syntax.scalar import Scalar


def scalar(*keys: str, calls: tuple[str, ...] = (), assigned: dict[str, str] | None = None, **beside: str) -> Scalar:
    return Scalar(start=0, end=1, keys=keys, calls=calls, neighbours=(beside,), assigned=assigned or {})


@pytest.mark.parametrize(
    ("given", "role"),
    [
        (scalar("model"), StringRole.MODEL),
        (scalar("value", name="CHAT_MODEL"), StringRole.MODEL),
        (scalar("default", "models"), StringRole.MODEL),
        (scalar("PROBE"), StringRole.OPEN),
        (scalar("image"), StringRole.OTHER),
        (scalar("gpt-x", "dependencies"), StringRole.OTHER),
        (scalar("name", model="x"), StringRole.OTHER),
        (scalar("modelName", modelId="x"), StringRole.OTHER),
        (scalar(calls=("m.startswith",)), StringRole.OTHER),
        (scalar("OLLAMA_MODEL"), StringRole.OWN),
        (scalar("model", provider="ollama"), StringRole.OWN),
        (scalar("model", base_url="http://localhost:1234/v1"), StringRole.OWN),
        (scalar("azure_deployment", calls=("AzureChatOpenAI",)), StringRole.OWN),
        (scalar(calls=("AutoModel.from_pretrained",)), StringRole.OWN),
        (scalar("served-model-name"), StringRole.DEFINED),
        (scalar("aliases", "gpt-x"), StringRole.DEFINED),
        (scalar("cheap", "ALIASES"), StringRole.OPEN),
        (scalar("BASE_IMAGE"), StringRole.OTHER),
        (scalar("name", "models", id="x"), StringRole.OTHER),
    ],
)
def test_the_part_that_a_string_plays(hosts: KnownHosts, given: Scalar, role: StringRole) -> None:
    assert read_context(given, hosts).role is role


def test_in_a_proxys_configuration_names_are_the_users(hosts: KnownHosts) -> None:
    for key in ("model_name", "fallbacks", "context_window_fallbacks", "model_group_alias"):
        assert read_context(scalar(key), hosts, is_proxy=True).role is StringRole.DEFINED
    assert read_context(scalar("model_name"), hosts).role is StringRole.MODEL


@pytest.mark.parametrize(
    ("given", "host", "hint"),
    [
        (scalar("model", provider="groq"), "groq", None),
        (scalar("model", custom_llm_provider="xai"), "xai", None),
        (scalar("default", "models", name="OpenRouter", baseURL="https://openrouter.ai/api/v1"), "openrouter", None),
        (scalar("model", provider="openai", base_url="https://api.groq.com/openai/v1"), "groq", None),
        (scalar("model", npm="@ai-sdk/mistral"), "mistral", None),
        (scalar("x", "models", "groq", "provider"), "groq", None),
        (scalar("model", embedding_provider="groq"), None, None),
        (scalar("model", calls=("ChatAnthropic",)), None, "anthropic"),
        (scalar(calls=("openai",)), None, "openai"),
        (scalar("GROQ_MODEL"), None, "groq"),
        (scalar("LLM_MODEL", assigned={"LLM_PROVIDER": "xai", "PROVIDER": "groq"}), "xai", None),
        (scalar("XAI_MODEL", assigned={"LLM_PROVIDER": "groq"}), None, "xai"),
        (scalar("MODEL", assigned={"OPENAI_BASE_URL": "https://api.groq.com/openai/v1"}), None, "groq"),
        (scalar("MODEL", assigned={"FRONTEND_URL": "http://localhost:3000/v1"}), None, None),
    ],
)
def test_the_host_that_is_stated_or_hinted_at(
    hosts: KnownHosts, given: Scalar, host: str | None, hint: str | None
) -> None:
    found = read_context(given, hosts)
    assert (found.host, found.hint) == (host, hint)
