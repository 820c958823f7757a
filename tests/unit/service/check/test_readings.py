"""The ids that a mention may stand for."""

from __future__ import annotations

import pytest

from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.mentions import Mention
from llmanac.service.check.readings import read_ids


def mention(name: str, *, host: str | None = None, hint: str | None = None, is_model: bool = True) -> Mention:
    return Mention(id=name, start=0, line=1, column=1, is_model=is_model, host=host, hint=hint)


@pytest.mark.parametrize(
    ("given", "ids", "is_stated"),
    [
        (mention("llama3-70b-8192", host="groq"), ("groq/llama3-70b-8192", "llama3-70b-8192"), True),
        (mention("openai/gpt-oss-20b", host="groq"), ("groq/openai/gpt-oss-20b", "openai/gpt-oss-20b"), True),
        (mention("groq/x-1", host="groq"), ("groq/x-1",), True),
        (mention("anthropic:claude-x"), ("anthropic:claude-x",), True),
        (mention("openai:chat:gpt-4"), ("openai:gpt-4",), True),
        (mention("claude-x@20250929"), ("vertex_ai/claude-x@20250929",), True),
        (mention("claude-opus-4-1"), ("anthropic/claude-opus-4-1", "claude-opus-4-1"), False),
        (mention("gpt-4", hint="openrouter"), ("openrouter/gpt-4", "openai/gpt-4", "gpt-4"), False),
        (mention("gpt-4-0314"), ("openai/gpt-4-0314", "gpt-4-0314"), True),
        (mention("llama-3.3-70b"), ("llama-3.3-70b",), False),
    ],
)
def test_the_host_comes_from_the_id_then_from_what_stands_around_it(
    hosts: KnownHosts, given: Mention, ids: tuple[str, ...], *, is_stated: bool
) -> None:
    found = read_ids(given, hosts)
    assert (found.ids, found.is_stated) == (ids, is_stated)


@pytest.mark.parametrize(
    ("given", "matters"),
    [
        (mention("gpt-4-mine"), True),
        (mention("gpt-4-badge", is_model=False), False),
        (mention("gpt-4-32k-0613", is_model=False), True),
        (mention("opus"), False),
        (mention("current_model"), False),
        (mention("azure/gpt-4-mine"), False),
        (mention("bedrock/anthropic.claude-9-v1:0"), True),
        (mention("meta-llama/Llama-3-8b-mine"), False),
        (mention("google/gemma-9-9b"), False),
        (mention("google/gemini-9-9b"), True),
        (mention("meta-llama/Llama-3-8b-mine", host="groq"), True),
    ],
)
def test_an_unknown_id_matters_where_it_is_surely_a_model(hosts: KnownHosts, given: Mention, *, matters: bool) -> None:
    assert read_ids(given, hosts).matters_unknown is matters


def test_a_repository_of_weights_is_read_as_no_id_where_nothing_says_that_it_is_a_model(hosts: KnownHosts) -> None:
    for name in ("google/gemma-2-9b-it", "openai/whisper-large-v3", "openai/GPT-2B-001"):
        assert read_ids(mention(name, is_model=False), hosts).ids == ()
        assert read_ids(mention(name), hosts).ids == (name,)
    assert read_ids(mention("google/gemini-9-pro", is_model=False), hosts).ids == ("google/gemini-9-pro",)


def test_where_nobody_knows_it_the_lab_is_told(hosts: KnownHosts) -> None:
    assert read_ids(mention("claude-9-latest", hint="openrouter"), hosts).told == "anthropic/claude-9-latest"
    assert read_ids(mention("llama-9-70b", hint="groq"), hosts).told == "llama-9-70b"
    assert read_ids(mention("llama-9-70b", host="groq"), hosts).told == "groq/llama-9-70b"
