"""Hosts by the names that files give them."""

from __future__ import annotations

import pytest

from llmanac.service.check.hosts import OWN, KnownHosts, is_display_name, lab_of, prefix_by_form


@pytest.mark.parametrize(
    ("id_", "head"),
    [
        ("openai/gpt-4", ("openai", "gpt-4")),
        ("gemini/gemini-pro", ("gemini", "gemini-pro")),
        ("anthropic:claude-x", ("anthropic", "claude-x")),
        ("google_genai:gemini-x", ("google", "gemini-x")),
        ("acme/gpt-4", None),
        ("mistralai:codestral-x", ("mistral", "codestral-x")),
        ("mistralai/Codestral-22B", None),
        ("claude-x-v1:0", None),
        ("openai/", None),
    ],
)
def test_the_host_that_an_id_begins_with(hosts: KnownHosts, id_: str, head: tuple[str, str] | None) -> None:
    assert hosts.head_of(id_) == head


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("OpenRouter", "openrouter"),
        ("Together AI", "togetherai"),
        ("google_genai", "google"),
        ("googleai", "gemini"),
        ("Ollama", OWN),
        ("x", None),
    ],
)
def test_a_host_by_its_name(hosts: KnownHosts, name: str, host: str | None) -> None:
    assert hosts.named(name) == host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://api.groq.com/openai/v1", "groq"),
        ("https://acme.openai.azure.com/", "azure"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com", "bedrock"),
        ("http://localhost:11434/v1", OWN),
        ("http://ollama:11434", OWN),
        ("https://llm.acme.com/v1", None),
        ("postgres://localhost/x", None),
    ],
)
def test_a_host_by_its_address(hosts: KnownHosts, url: str, host: str | None) -> None:
    assert hosts.at(url) == host


@pytest.mark.parametrize(
    ("id_", "lab"),
    [
        ("claude-opus-4-1", "anthropic"),
        ("o1-mini", "openai"),
        ("gpt-oss-20b", None),
        ("grok-3", "xai"),
        ("llama3", None),
    ],
)
def test_the_lab_of_a_bare_id(id_: str, lab: str | None) -> None:
    assert lab_of(id_) == lab


def test_a_lab_writes_its_ids_in_lower_case() -> None:
    assert is_display_name("GPT-4")
    assert not is_display_name("gpt-4")
    assert not is_display_name("Qwen3-32B")


@pytest.mark.parametrize(
    ("id_", "host"),
    [
        ("us.anthropic.claude-x-v1:0", "bedrock"),
        ("claude-x@20250929", "vertex_ai"),
        ("accounts/fireworks/models/x", "fireworks_ai"),
        ("models/gemini-x", "gemini"),
        ("gpt-4", None),
    ],
)
def test_the_host_of_a_form(id_: str, host: str | None) -> None:
    assert prefix_by_form(id_) == host
