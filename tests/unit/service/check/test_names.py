"""Words of a text that may name a model, and those that are built as labs build their names."""

from __future__ import annotations

import pytest

from llmanac.service.check.names import is_file, is_local_tag, is_well_formed, words_in
from llmanac.service.editions.edition import Edition


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in words_in(text, heads=frozenset({"openai", "groq", "anthropic"}))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x(\"gpt-4o\", 'claude-opus-5[1m]')", ["gpt-4o", "claude-opus-5[1m]"]),
        ("--model=gpt-4-0613, o3.", ["gpt-4-0613", "o3"]),
        ("${MODEL:-gpt-4}", ["gpt-4"]),
        ("model: groq/compound", ["groq/compound"]),
        ("the model 'sonar-x' of us.anthropic.claude-x-v1:0", ["sonar-x", "us.anthropic.claude-x-v1:0"]),
        ("https://x.org/v1beta/models/gemini-pro:generateContent", ["gemini-pro"]),
        ("chatgpt-4o-latest Meta-Llama-3", ["chatgpt-4o-latest", "Meta-Llama-3"]),
        ("an engptine, to1 and photo3", []),
    ],
)
def test_words_that_may_name_a_model(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4-32k-0613",
        "gpt-4o-mini",
        "o1-preview",
        "claude-3-opus-20240229",
        "claude-instant-1.2",
        "gemini-1.5-pro-002",
        "text-davinci-003",
        "llama3-70b-8192",
        "mixtral-8x7b-32768",
        "mistral-large-latest",
        "command-r-plus",
        "deepseek-reasoner",
        "openrouter/anthropic/claude-3.5-sonnet",
        "us.anthropic.claude-3-sonnet-20240229-v1:0",
    ],
)
def test_a_name_as_labs_build_them(name: str) -> None:
    assert is_well_formed(name)


@pytest.mark.parametrize(
    "name",
    "gpt-4-badge gpt-3-encoder llama-3-license phi-3-cookbook claude-code gpt-engineer gemini-cli llama-index "
    "gpt-4-local gpt-4-client gpt-4-chat command-line grok-exporter nova-scheduler sonar-scanner claude-3 gpt-3.5 "
    "gpt-4".split(),
)
def test_what_only_resembles_one_or_says_too_little(name: str) -> None:
    assert not is_well_formed(name)


def test_files_and_local_tags() -> None:
    assert is_file("llama-2-7b.Q4_K_M.gguf")
    assert is_file("openai/client.py")
    assert not is_file("gpt-4.1")
    assert is_local_tag("qwen3:14b-q4_K_M")
    assert is_local_tag("library/llama3:latest")
    assert not is_local_tag("openai:gpt-4")
    assert not is_local_tag("us.anthropic.claude-x-v1:0")


def test_most_of_what_labs_list_is_found(embedded_edition: Edition) -> None:
    labs = {"anthropic", "openai", "google", "mistral", "xai", "deepseek", "moonshotai", "cohere", "zai"}
    own = [it.model for it in embedded_edition.catalog.offers if it.first_party and it.provider in labs]
    assert sum(words(f'"{it}"') == [it] for it in own) / len(own) > 0.95
