"""The base model of a listing, where its id and the canonical id of models.dev disagree."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.identity import BaseModels


def listing(id_: str, canonical: str | None = None) -> ModelClaims:
    return ModelClaims(id=id_, canonical=canonical)


def base(host: str, listed: ModelClaims, *others: tuple[str, Iterable[ModelClaims]]) -> str:
    return BaseModels([(host, [listed]), *others]).base(host, listed)


@pytest.mark.parametrize(
    ("model_id", "canonical", "right"),
    [
        ("ox-alpha", "zhipuai/glm-5.3-flash", "glm-5.3-flash"),  # a host's own name
        ("claude-opus-latest", "anthropic/claude-opus-5-5", "claude-opus-5.5"),  # a name that moves on
        ("deepseek.v3-v1:0", "deepseek/deepseek-v3.1", "deepseek-v3.1"),  # the host does not say which
        ("deepseek-v4-flash", "deepseek/deepseek-v4-flash-0731", "deepseek-v4-flash-0731"),
        ("glm5.3-754b", "zhipuai/glm-5.3", "glm-5.3"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5", "claude-sonnet-4.5"),
    ],
)
def test_the_canonical_id_is_right_where_it_knows_more(model_id: str, canonical: str, right: str) -> None:
    many = ("many", [listing(f"a/{model_id}", canonical)])

    assert base("acme", listing(model_id, canonical), many) == right


@pytest.mark.parametrize(
    ("model_id", "canonical", "right"),
    [
        ("glm-5.3-flashx", "zhipuai/glm-5.3-flash", "glm-5.3-flashx"),
        ("kimi-k2.7-code-highspeed", "moonshotai/kimi-k2.7-code", "kimi-k2.7-code-highspeed"),
        ("fugu-ultra-v2-0", "sakana/fugu-ultra", "fugu-ultra-v2"),
    ],
)
def test_a_tier_or_a_version_that_only_the_id_states_is_kept(model_id: str, canonical: str, right: str) -> None:
    assert base("acme", listing(model_id, canonical)) == right


@pytest.mark.parametrize(
    ("model_id", "canonical", "right"),
    [
        ("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", "deepseek/deepseek-r1", "deepseek-r1-distill-qwen-32b"),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507", "alibaba/qwen3-30b-a3b", "qwen-3-30b-2507"),
        ("deepseek/deepseek-r1-0528", "deepseek/deepseek-r1", "deepseek-r1-0528"),
        ("qwen3.8-max", "alibaba/qwen3.8-max-preview", "qwen-3.8-max"),
    ],
)
def test_a_name_that_most_hosts_use_of_its_own_model_is_kept(model_id: str, canonical: str, right: str) -> None:
    others = [(host, [listing(model_id)]) for host in ("one", "two")]

    assert base("acme", listing(model_id, canonical), *others) == right
    assert base("acme", listing(model_id, canonical)) != right


def test_another_version_is_kept_where_its_host_lists_the_linked_one_too() -> None:
    wrong = listing("databricks-claude-sonnet-4", "anthropic/claude-sonnet-4-5")
    beside = listing("databricks-claude-sonnet-4-5", "anthropic/claude-sonnet-4-5")
    others = [(host, [listing("claude-sonnet-4", "anthropic/claude-sonnet-4")]) for host in ("one", "two")]

    assert BaseModels([("databricks", [wrong, beside]), *others]).base("databricks", wrong) == "claude-sonnet-4"
    assert BaseModels([("databricks", [wrong]), *others]).base("databricks", wrong) == "claude-sonnet-4.5"


def test_at_its_labs_own_host_a_name_may_have_moved_to_another_model() -> None:
    moved = listing("deepseek-v4-flash", "deepseek/deepseek-v4.1-flash")
    newer = listing("deepseek-v4.1-flash", "deepseek/deepseek-v4.1-flash")
    others = [(host, [listing("deepseek-v4-flash")]) for host in ("one", "two")]

    assert BaseModels([("deepseek", [moved, newer]), *others]).base("deepseek", moved) == "deepseek-v4.1-flash"
    assert BaseModels([("acme", [moved, newer]), *others]).base("acme", moved) == "deepseek-v4-flash"
