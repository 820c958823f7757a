"""The lab of a model, told from its name or from what models.dev says."""

from __future__ import annotations

import re

import pytest

from llmanac.ingest.merge.labs import LABS, lab_of


@pytest.mark.parametrize(
    ("base", "lab"),
    [
        ("claude-sonnet-5", "anthropic"),
        ("gpt-5.6-sol", "openai"),
        ("gpt-oss-120b", "openai"),
        ("o3", "openai"),
        ("o4-mini", "openai"),
        ("gemini-3.5-flash", "google"),
        ("gemma-4-31b", "google"),
        ("grok-4.6", "xai"),
        ("llama-3.3-70b", "meta"),
        ("muse-spark-1.3", "meta"),
        ("deepseek-v4-pro", "deepseek"),
        ("kimi-k3", "moonshotai"),
        ("glm-5.2", "zai"),
        ("qwen-3.8-max", "alibaba"),
        ("qwq-32b", "alibaba"),
        ("mistral-large-2512", "mistral"),
        ("devstral-2512", "mistral"),
        ("minimax-m3", "minimax"),
        ("nova-2-lite", "amazon"),
        ("nova-pro", "amazon"),
        ("mimo-v2.6-pro", "xiaomi"),
        ("nemotron-3-ultra", "nvidia"),
        ("command-a", "cohere"),
        ("sonar-pro", "perplexity"),
        ("phi-4", "microsoft"),
        ("hy3", "tencent"),
        ("inkling", "thinkingmachines"),
        ("step-3.7-flash", "stepfun"),
        ("seed-2-mini", "bytedance"),
        ("mercury-2", "inception"),
        ("something-else", None),
        ("olympus", None),
        ("router", None),
    ],
)
def test_a_lab_is_told_from_the_name_of_its_model(base: str, lab: str | None) -> None:
    found = lab_of(base)

    assert (found.id if found else None) == lab


@pytest.mark.parametrize(
    ("base", "canonical", "lab"),
    [
        ("anything", "zhipuai/glm-9", "zai"),
        ("anything", "bytedance-seed/seed-9", "bytedance"),
        ("llama-3.1-nemotron-70b", "nvidia/llama-3.1-nemotron-70b-instruct", "nvidia"),
        ("claude-sonnet-5", "unheard-of/claude-sonnet-5", "anthropic"),
    ],
)
def test_what_models_dev_says_goes_before_what_the_name_looks_like(base: str, canonical: str, lab: str) -> None:
    found = lab_of(base, canonical=canonical)

    assert found is not None
    assert found.id == lab


def test_no_name_or_host_belongs_to_two_labs() -> None:
    names = [name for lab in LABS for name in (lab.id, *lab.names)]
    hosts = [host for lab in LABS for host in lab.hosts]

    assert len(names) == len(set(names))
    assert len(hosts) == len(set(hosts))


def test_patterns_have_no_groups_of_their_own() -> None:
    assert [lab.id for lab in LABS if re.compile(lab.bases).groups] == []
