"""opencode's providers: exactly the models that were asked for, and no half of a limit or a price."""

from __future__ import annotations

from typing import Any

import orjson

from llmanac.dialects.configs.config import QUERY_SCHEMA
from llmanac.dialects.configs.opencode import CONFIG

from ...small_dialects import served


def providers(*rules: dict[str, Any], **query: Any) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(served(*rules).config(CONFIG, QUERY_SCHEMA.build(query)).body)
    return read["provider"]  # type: ignore[no-any-return]  # -- any JSON


def test_a_host_is_whole_and_shows_these_models_alone() -> None:
    kilo = providers()["kilo"]
    assert (kilo["npm"], kilo["api"], kilo["env"]) == (
        "@ai-sdk/openai-compatible",
        "https://kilo.example/v1",
        ["KILO_KEY"],
    )
    assert set(kilo["whitelist"]) == set(kilo["models"]) == {"openai/gpt-5", "free-one"}
    assert [*providers(provider="openai")] == ["openai"]


def test_a_price_of_0_is_written_and_an_unknown_one_is_not() -> None:
    assert providers()["kilo"]["models"]["free-one"]["cost"] == {"input": 0, "output": 0}
    assert "cost" not in providers()["openai"]["models"]["gpt-5-odd"]


def test_what_is_deprecated_is_left_out_and_counted() -> None:
    rule = {"match": "openai/gpt-5", "set": {"status": "deprecated"}, "reason": "Ours"}
    made = served(rule).config(CONFIG, QUERY_SCHEMA.build({}))
    assert "gpt-5" not in orjson.loads(made.body)["provider"]["openai"]["models"]
    assert made.left_out["deprecated: opencode shows none"] == 1


def test_limits_are_written_if_both_are_known() -> None:
    assert providers()["openai"]["models"]["gpt-5"]["limit"] == {"context": 128_000, "output": 8_000}
    assert "limit" not in providers()["kilo"]["models"]["openai/gpt-5"]


def test_every_flag_is_written_since_opencode_takes_a_missing_one_for_true() -> None:
    rule = {"match": "openai/gpt-5", "set": {"capabilities": []}, "reason": "Ours"}
    model = providers(rule)["openai"]["models"]["gpt-5"]
    assert [model[name] for name in ("tool_call", "reasoning", "attachment", "temperature")] == [False] * 4
