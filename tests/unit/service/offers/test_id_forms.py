"""Ids in the forms of other programs are unwrapped to a host and the host's own id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.service.offers.id_forms import IdForm, unwrap_forms

HOSTS = frozenset({"anthropic", "openai", "azure", "amazon-bedrock", "bedrock", "google", "gemini", "mistral", "llama"})


def is_host(name: str) -> bool:
    return name in HOSTS


@pytest.mark.parametrize(
    ("text", "unwrapped", "forms"),
    [
        ("anthropic:claude-sonnet-5", "anthropic/claude-sonnet-5", [IdForm.COLON]),
        ("mistralai:mistral-large-latest", "mistral/mistral-large-latest", [IdForm.COLON]),
        ("bedrock:us.anthropic.claude-v1:0", "bedrock/us.anthropic.claude-v1:0", [IdForm.COLON]),
        ("claude-opus-5[1m]", "claude-opus-5", [IdForm.CONTEXT]),
        ("anthropic/claude-opus-5[1M]", "anthropic/claude-opus-5", [IdForm.CONTEXT]),
        ("models/gemini-2.5-pro", "google/gemini-2.5-pro", [IdForm.RESOURCE]),
        ("gemini/models/gemini-2.5-pro", "gemini/gemini-2.5-pro", [IdForm.ENDPOINT]),
        ("publishers/google/models/gemini-2.5-pro", "google-vertex/gemini-2.5-pro", [IdForm.RESOURCE]),
        (
            "projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-5@default",
            "google-vertex/claude-sonnet-5@default",
            [IdForm.RESOURCE],
        ),
        ("accounts/fireworks/models/glm-5", "fireworks-ai/accounts/fireworks/models/glm-5", [IdForm.RESOURCE]),
        ("openai/responses/gpt-5.5", "openai/gpt-5.5", [IdForm.ENDPOINT]),
        ("bedrock/converse/us.anthropic.claude-v1:0", "bedrock/us.anthropic.claude-v1:0", [IdForm.ENDPOINT]),
        ("litellm_proxy/openai/gpt-5.5", "openai/gpt-5.5", [IdForm.PROXY]),
        (
            "litellm_proxy/anthropic:claude-opus-5[1m]",
            "anthropic/claude-opus-5",
            [IdForm.CONTEXT, IdForm.PROXY, IdForm.COLON],
        ),
        (
            "bedrock/arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-v1:0",
            "amazon-bedrock/eu.anthropic.claude-v1:0",
            [IdForm.ARN],
        ),
    ],
)
def test_a_form_is_taken_off(text: str, unwrapped: str, forms: list[IdForm]) -> None:
    read = unwrap_forms(text, is_host)
    assert (read.text, list(read.forms)) == (unwrapped, forms)


@pytest.mark.parametrize(
    "text",
    [
        "gpt-oss:20b",  # no host stands before the colon
        "mistral:7b",  # a model of Ollama's, with its size
        "llama:latest",
        "openrouter/openai/gpt-5:free",
        "us.anthropic.claude-v1:0",
        "openai/gpt-5.5",
        "router/responses/gpt-5.5",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        "",
    ],
)
def test_an_id_without_a_form_stays_as_it_is(text: str) -> None:
    read = unwrap_forms(text, is_host)
    assert (read.text, read.forms) == (text, ())


def test_an_arn_keeps_its_region() -> None:
    read = unwrap_forms("arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-v2:1", is_host)
    assert (read.text, read.region) == ("amazon-bedrock/anthropic.claude-v2:1", "eu-west-1")


@given(st.text(max_size=300))
def test_any_text_can_be_unwrapped(text: str) -> None:
    read = unwrap_forms(text, is_host)
    assert len(read.forms) <= len(IdForm) + 1
