from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.naming import (
    ALIASES,
    PREFIXES,
    SHAPES,
    SUFFIXES,
    NamingRule,
    base_of,
    fold,
    host_by_form,
    parameters_of,
    region_of,
    squeeze,
    unwrap,
    without_effort,
)

ONE_MODEL = {
    "claude-sonnet-4.5": [
        "claude-sonnet-4-5",
        "claude-sonnet-4.5",
        "claude-4.5-sonnet",
        "claude-4-5-sonnet",
        "Claude_Sonnet_4_5",
        "claude sonnet 4.5",
        "sonnet-4-5",
        "anthropic/claude-sonnet-4.5",
        "claude-sonnet-4-5-20250929",
        "claude-sonnet-4-5@20250929",
        "claude-sonnet-4-5@default",
        "claude-sonnet-4-5-latest",
        "claude-sonnet-4.5:thinking:32768",
        "claude-sonnet-4-5-20250929-thinking",
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic--claude-4.5-sonnet",
        "databricks-claude-sonnet-4-5",
        "duo-chat-sonnet-4-5",
    ],
    "claude-opus-4": ["claude-opus-4-0", "claude-opus-4-20250514", "anthropic--claude-4-opus"],
    "gpt-4o-mini": ["gpt4o-mini", "openai-gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini:free", "gpt-4o-mini@eu"],
    "gpt-4": ["gpt-4-0613", "gpt-4"],
    "gpt-5.2": ["openai-gpt-52", "databricks-gpt-5-2", "gpt-5.2-fast"],
    "gpt-oss-20b": ["us-gov.openai.gpt-oss-20b-1:0", "gpt-oss:20b", "openai/gpt-oss-20b-maas"],
    "llama-3.3-70b": [
        "Llama3_3_70B_Instruct",
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta.llama3-3-70b-instruct-v1:0",
        "accounts/fireworks/models/llama-v3p3-70b-instruct",
        "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "llama-3.3-70b-versatile",
        "llama3.3:70b",
    ],
    "llama-4-scout": ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4-scout"],
    "deepseek-v3.1": ["deepseek/deepseek-chat-v3.1", "deepseek-v3p1", "DeepSeek-V3.1-maas"],
    "deepseek-r1": ["deepseek.r1-v1:0", "deepseek-ai/DeepSeek-R1", "deepseek-reasoner"],
    "kimi-k2.5": ["k2.5", "moonshotai.kimi-k2.5", "kimi-k2p5", "Kimi-K2.5-TEE"],
    "qwen-3-coder-480b": ["qwen.qwen3-coder-480b-a35b-v1:0", "Qwen/Qwen3-Coder-480B-A35B-Instruct"],
    "qwen-3.8-2.4t": ["qwen3p8-2p4t-a95b", "Qwen/Qwen3.8-2.4T-A95B", "qwen-3-8-2-4t-a95b"],
    "qwen-3-14b": ["qwen3:14b-q4_K_M", "unsloth/Qwen3-14B-GGUF:Q4_K_M", "Qwen3-14B-MLX-4bit", "Qwen3-14B-IQ4_XS"],
    "gemini-2-flash-lite": ["gemini-flash-lite-2.0", "gemini-2.0-flash-lite-001"],
    "nemotron-3.5-lightning": ["nvidia/nemotron-3.5-lightning-30b-a3b", "nemotron-lightning-3p5-30b-a3b"],
    "titan-embed-text": ["amazon.titan-embed-text-v1", "amazon--titan-embed-text"],
    "stable-diffusion-3.5-large": ["stability.sd3-5-large-v1:0", "stabilityai/stable-diffusion-3.5-large"],
    "glm-5.2": ["hf:zai-org/GLM-5.2", "z-ai/glm-5.2", "zai-org-glm-5-2", "glm-5.2-highspeed", "glm-5.2-caveman-ultra"],
    "mistral-small-2506": [
        "mistral-small-3.2-24b-instruct-2506",
        "Mistral-Small-3.2-24B-Instruct",
        "mistral-small-2506",
    ],
    "ministral-3-14b": ["mistral.ministral-3-14b-instruct", "ministral-14b-2512", "mistral-3-14B"],
    "nova-lite": ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0@us"],
    "nemotron-3-super": ["nvidia/nemotron-3-super-120b-a12b", "nvidia.nemotron-super-3-120b"],
    "seed-1.6": ["doubao-seed-1-6-251015", "bytedance-seed/seed-1.6"],
}

SIBLINGS = [
    ("gpt-5", "gpt-5-mini", "gpt-5-codex", "gpt-5.1", "gpt-5-pro", "gpt-5-chat"),
    ("kimi-k2", "kimi-k2-thinking", "kimi-k2-0905", "kimi-k2.5", "LLM360/K2-Think"),
    ("qwen3-235b-a22b", "qwen3-235b-a22b-instruct-2507", "qwen3-235b-a22b-thinking-2507", "qwen3-32b"),
    ("deepseek-v3", "deepseek-v3-0324", "deepseek-v3.1", "deepseek-v3.1-terminus"),
    ("grok-4-fast-reasoning", "grok-4-fast-non-reasoning", "grok-4"),
    ("minimax-m2.7", "minimax-m2.7-highspeed"),
    ("gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-flash-image"),
    ("command-r-08-2024", "command-r-plus-08-2024", "command-r7b-12-2024"),
    ("gemma-3-4b-it", "gemma-3-27b-it", "gemma-3n-e4b-it"),
    ("gpt-3.5-turbo", "gpt-3.5-turbo-instruct"),
]


@pytest.mark.parametrize(
    ("base", "model_id"), [(base, model_id) for base, ids in ONE_MODEL.items() for model_id in ids]
)
def test_hosts_write_one_model_in_many_ways(base: str, model_id: str) -> None:
    assert base_of(model_id) == base


@pytest.mark.parametrize("siblings", SIBLINGS, ids=lambda it: it[0])
def test_siblings_stay_apart(siblings: tuple[str, ...]) -> None:
    assert len({base_of(model_id) for model_id in siblings}) == len(siblings)


def test_how_hard_to_think_is_no_part_of_a_name_but_where_one_has_it() -> None:
    assert without_effort(base_of("gpt-5-codex-high")) == "gpt-5-codex"
    assert base_of("o3-mini-high") == "o3-mini-high"


def test_what_models_dev_says_goes_before_what_the_id_looks_like() -> None:
    assert base_of("green-l", canonical="mistral/mistral-small-2506") == "mistral-small-2506"


@pytest.mark.parametrize("table", [PREFIXES, SUFFIXES, SHAPES], ids=["prefixes", "suffixes", "shapes"])
def test_each_rule_gives_an_example_that_it_applies_to(table: tuple[NamingRule, ...]) -> None:
    untold = [rule.reason for rule in table if not any(_does_something(rule, word) for word in _examples(rule.reason))]
    assert untold == []


def test_an_alias_leads_to_a_name_that_is_none_itself() -> None:
    assert not ALIASES.keys() & set(ALIASES.values())


@pytest.mark.parametrize(
    ("model_id", "host"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon-bedrock"),
        ("openai.gpt-oss-20b-1:0", "amazon-bedrock"),
        ("@cf/meta/llama-3.3-70b-instruct", "cloudflare-workers-ai"),
        ("accounts/fireworks/models/kimi-k2", "fireworks-ai"),
        ("anthropic--claude-4-opus", "sap-ai-core"),
        ("claude-opus-5@default", "vertex_ai"),
        ("databricks-gpt-5", "databricks"),
        ("openai.gpt-5.6-sol", None),
        ("anthropic/claude-opus-5", None),
    ],
)
def test_some_hosts_are_known_by_how_they_write(model_id: str, host: str | None) -> None:
    assert host_by_form(model_id) == host


def test_width_and_case_are_folded() -> None:
    assert fold("  \uff27\uff30\uff34-\uff14o ") == "gpt-4o"


@given(st.text(max_size=64))
def test_any_text_has_a_base_and_keeps_it(text: str) -> None:
    assert base_of(text) == base_of(text)
    assert unwrap(text).lower() == unwrap(text)


def test_ids_lead_to_the_model_that_models_dev_links_them_to(shared_data: Path) -> None:
    feed = orjson.loads(gzip.decompress((shared_data / "models-dev-2026-09-30.json.gz").read_bytes()))
    links = [
        (model["id"], model["canonical_model_id"])
        for provider in feed.values()
        for model in provider["models"].values()
        if "canonical_model_id" in model
    ]
    agreeing = sum(base_of(model_id) == base_of(model_id, canonical=canonical) for model_id, canonical in links)
    assert len(links) == 5270
    assert agreeing / len(links) > 0.97


def test_a_squeezed_name_is_its_letters_and_digits() -> None:
    assert {squeeze(it) for it in ("claude-sonnet-4.5", "Claude Sonnet 4 5", "CLAUDE_SONNET_45")} == {"claudesonnet45"}


def _examples(reason: str) -> list[str]:
    """The words of a reason that may be ids."""
    words = [word.strip(",;") for word in reason.replace(" is ", " ").split()]
    return [example for word in words for example in (word, word.replace("x", "gemma-4"), f"glm-5-flash{word}")]


def _does_something(rule: NamingRule, example: str) -> bool:
    return rule.apply(example) != example


@pytest.mark.parametrize(
    ("base", "billions"),
    [
        ("llama-3.3-70b", 70),
        ("qwen-3.8-2.4t", 2400),
        ("mixtral-8x22b", 176),
        ("gemma-3n-e4b", 4),
        ("claude-opus-4.5", None),
        ("mistral-large-2512", None),
    ],
)
def test_a_name_may_state_how_many_parameters_there_are(base: str, billions: float | None) -> None:
    assert parameters_of(base) == billions


@pytest.mark.parametrize(
    ("model_id", "region"),
    [
        ("eu.anthropic.claude-sonnet-5", "eu"),
        ("us-gov.openai.gpt-5", "us-gov"),
        ("anthropic/claude-opus-5@eu", "eu"),
        ("azure/eu/gpt-5", "eu"),
        ("claude-sonnet-5@20260101", None),
        ("claude-opus-5@default", None),
        ("anthropic.claude-sonnet-5", None),
        ("meta/llama-3", None),
    ],
)
def test_an_id_may_have_the_mark_of_a_region(model_id: str, region: str | None) -> None:
    assert region_of(model_id) == region


@pytest.mark.parametrize("model_id", ["gemini-2.5-flash-preview-05-20", "models/gemini-2.5-flash-preview-04-17"])
def test_the_day_of_a_preview_is_no_part_of_the_model(model_id: str) -> None:
    assert base_of(model_id) == base_of("gemini-2.5-flash-preview")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("command-a-03-2025", "command-a"),
        ("kimi-k2-instruct-0711", "kimi-k2"),
        ("kimi-k2-0905-preview", "kimi-k2-0905"),
        ("minimax-m2.5-lightning", "minimax-m2.5-highspeed"),
        ("mistral.voxtral-small-24b-2507", "voxtral-small-2507"),
        ("embed-v-4-0", "embed-v4"),
        ("Qwen3-235B-A22B-Instruct-2507-tput", "qwen3-235b-a22b-instruct-2507"),
        ("alicloud-glm-5.1", "glm-5.1"),
    ],
)
def test_two_ways_to_write_one_model_have_one_base(one: str, other: str) -> None:
    assert base_of(one) == base_of(other)


def test_a_snapshot_at_twice_the_price_is_a_model_of_its_own() -> None:
    assert base_of("gpt-4o-2024-05-13") == base_of("openai/gpt-4o-2024-05-13") != base_of("gpt-4o-2024-08-06")
    assert base_of("gpt-4o-2024-11-20") == base_of("gpt-4o")
