"""Which strings in a text mention a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.service.check.mentions import Mention, Syntax, looks_like_id, mentions
from llmanac.service.editions.edition import Edition

HEADS = frozenset({"openai", "anthropic", "gemini", "openrouter", "fireworks_ai", "bedrock", "azure", "google", "meta"})


def ids(text: str, writing: Syntax = Syntax.CONFIGURATION) -> list[str]:
    return [it.id for it in mentions(text, writing, heads=HEADS)]


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o",
        "gpt-4-0613",
        "gpt-oss-120b",
        "chatgpt-4o-latest",
        "o3-mini",
        "o1-preview",
        "claude-3-5-sonnet-20241022",
        "claude-opus-4-20250514",
        "claude-sonnet-4-5@20250929",
        "gemini-1.5-pro",
        "gemini-flash-latest",
        "gemma-2-9b-it",
        "llama-3.3-70b-versatile",
        "llama3.1:8b",
        "mistral-large-latest",
        "mixtral-8x7b-32768",
        "codestral-2501",
        "deepseek-chat",
        "qwen2.5-coder-32b",
        "qwen-max",
        "kimi-k2-0711-preview",
        "glm-4.5-air",
        "grok-2-latest",
        "command-r-plus",
        "sonar-pro",
        "text-embedding-3-small",
        "dall-e-3",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "amazon.nova-lite-v1:0",
        "openai/gpt-4o",
        "openai/o1",
        "openrouter/anthropic/claude-sonnet-4.5",
        "fireworks_ai/accounts/fireworks/models/llama-v3p1-70b-instruct",
        "bedrock/anthropic.claude-3-sonnet-20240229-v1:0",
    ],
)
def test_an_id_looks_like_one(name: str) -> None:
    assert looks_like_id(name, heads=HEADS)


@pytest.mark.parametrize(
    "name",
    [
        "claude-code",
        "claude-desktop",
        "gpt-engineer",
        "gpt-tokenizer",
        "gemini-cli",
        "llama-index",
        "llama_cpp",
        "mistral-common",
        "mistralai",
        "qwen-agent",
        "command-line",
        "command-runner",
        "grok-exporter",
        "sonar",
        "sonar-scanner",
        "nova-scheduler",
        "titan-server",
        "phi-node",
        "o1",
        "glm-matrix",
        "text-davinci",
        "openai/client.py",
        "openai/whisper:latest",
        "anthropic/sdk",
        "azure/login@v2",
        "google/cloud-sdk:latest",
        "meta/main.yml",
        "llama-2-7b.Q4_K_M.gguf",
        "somebody/gpt-4o",
        "https://example.org/gpt-4o",
        "gpt-4o.json",
        "tests/gpt-4o",
    ],
)
def test_what_only_resembles_one_does_not(name: str) -> None:
    assert not looks_like_id(name, heads=HEADS)


PYTHON = '''\
"""Talks to ``gpt-4o-mini`` in prose."""
from openai import OpenAI
MODEL = "gpt-4-0613"
FAST = 'claude-3-haiku-20240307'
wait = "gpt-4-0314"  # llmanac: ignore
client.chat.completions.create(model="o1", messages=[])
level = "o1"
gpt-4o
prices = {"gemini-1.5-pro": 1.25, "text": "a long text about gpt-4o and others"}
'''
YAML = """\
model_list:
  - model_name: gpt-4o
    litellm_params: {model: "azure/my-own-deployment"}
  - model: anthropic/claude-3-opus-20240229   # until we move
  - gemini-2.0-flash
image: openai/whisper:latest
uses: azure/login@v2
text: we like gpt-4o very much
"""
ENV = """\
OPENAI_MODEL=gpt-4-turbo
export EMBEDDINGS="text-embedding-ada-002"
REGION=us-east-1
"""
TYPESCRIPT = """\
const model = openai("gpt-4o-mini");
const other = `claude-3-5-sonnet-latest`;
import x from "claude-code/sdk";
"""
NOTEBOOK = '{"source": ["llm = Chat(model=\\"gpt-4-32k\\")\\n"]}'


@pytest.mark.parametrize(
    ("text", "writing", "found"),
    [
        (PYTHON, Syntax.PROGRAM, ["gpt-4-0613", "claude-3-haiku-20240307", "o1", "gemini-1.5-pro"]),
        (YAML, Syntax.CONFIGURATION, ["gpt-4o", "anthropic/claude-3-opus-20240229", "gemini-2.0-flash"]),
        (ENV, Syntax.CONFIGURATION, ["gpt-4-turbo", "text-embedding-ada-002"]),
        (TYPESCRIPT, Syntax.PROGRAM, ["gpt-4o-mini", "claude-3-5-sonnet-latest"]),
        (NOTEBOOK, Syntax.PROGRAM, ["gpt-4-32k"]),
    ],
)
def test_files_as_people_write_them(text: str, writing: Syntax, found: list[str]) -> None:
    assert ids(text, writing) == found


def test_a_mention_has_its_place() -> None:
    assert list(mentions('a = 1\nm = "gpt-4o"\n', Syntax.PROGRAM, heads=HEADS)) == [Mention(2, 6, "gpt-4o")]


def test_a_line_that_no_person_wrote_is_passed_over() -> None:
    assert ids(f'"{"x" * 20_000}" "gpt-4o"') == []


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for mention in mentions(text, Syntax.CONFIGURATION, heads=HEADS):
        assert mention.id in text


def test_most_of_what_labs_list_is_recognised(embedded_edition: Edition) -> None:
    heads = {"anthropic", "openai", "google", "mistral", "xai", "deepseek", "moonshotai", "cohere", "zai"}
    own = [it.id for it in embedded_edition.catalog.offers if it.first_party and it.provider in heads]
    assert sum(looks_like_id(it, heads=heads) for it in own) / len(own) > 0.8
