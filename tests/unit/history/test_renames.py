"""Pairs of ids that real hosts used one after the other, or at the same time."""

from __future__ import annotations

import pytest

from llmanac.domain.records import Offer
from llmanac.history.renames import find_renames


def offer(id: str) -> Offer:  # noqa: A002 -- an offer's
    provider, _, model = id.partition("/")
    return Offer(provider=provider, model=model, base="")


def renames(gone: list[str], new: list[str], *, paths: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    found = find_renames(map(offer, gone), map(offer, new), paths=paths)
    return [(it.before.id, it.after.id) for it in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("chutes/Qwen/Qwen3-235B-A22B-Thinking-2507", "chutes/Qwen/Qwen3-235B-A22B-Thinking-2507-TEE"),
        ("nano-gpt/TheDrummer 2/Cydonia-24B-v4", "nano-gpt/TheDrummer/Cydonia-24B-v4"),
        ("nano-gpt/NousResearch 2/Hermes-4-70B:thinking", "nano-gpt/NousResearch/Hermes-4-70B:thinking"),
        ("nano-gpt/claude-opus-4-1-thinking:32768", "nano-gpt/anthropic/claude-opus-4.1:thinking:32768"),
        ("abacus/zai-org/glm-4.6", "abacus/zai-org/GLM-4.6"),
        ("requesty/anthropic/claude-opus-4-5", "requesty/claude-opus-4-5"),
        ("vercel/xai/grok-4.5", "vercel/spacexai/grok-4.5"),
        ("nvidia/nvidia/llama-3_3-nemotron-super-49b-v1_5", "nvidia/nvidia/llama-3.3-nemotron-super-49b-v1.5"),
    ],
)
def test_the_same_model_under_another_id(before: str, after: str) -> None:
    assert renames([before], [after]) == [(before, after)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("openrouter/x/dolphin-mistral-24b:free", "openrouter/x/dolphin-mistral-24b"),
        ("requesty/openai/gpt-5", "requesty/gpt-5@eu"),
        ("openrouter/deepseek/deepseek-v4-flash:free", "openrouter/~deepseek/deepseek-v4-flash-latest"),
        ("nano-gpt/TEE/qwen3-coder", "nano-gpt/qwen/qwen3-coder"),
        ("kilo/anthropic/claude-opus-4.6-fast", "kilo/stealth/claude-opus-4.6"),
        ("acme/model-1", "acme/model-2"),
        ("acme/gpt-5", "other/gpt-5"),
    ],
)
def test_another_variant_another_model_or_another_host_is_no_rename(before: str, after: str) -> None:
    assert renames([before], [after]) == []


def test_a_path_that_is_still_in_use_was_not_moved() -> None:
    gone, new = ["edenai/flexai/deepseek-v4"], ["edenai/nebius/deepseek-v4"]

    assert renames(gone, new) == [(*gone, *new)]
    assert renames(gone, new, paths=frozenset({"edenai/flexai"})) == []


def test_each_offer_is_in_one_pair_the_likeliest() -> None:
    gone = ["acme/qwen3.5-27b", "acme/qwen3.5-27b:thinking"]
    new = ["acme/qwen/qwen3.5-27b:thinking", "acme/qwen/qwen3.5-27b", "acme/qwen/qwen-3.5-27b-instruct"]

    assert renames(gone, new) == [
        ("acme/qwen3.5-27b", "acme/qwen/qwen3.5-27b"),
        ("acme/qwen3.5-27b:thinking", "acme/qwen/qwen3.5-27b:thinking"),
    ]
