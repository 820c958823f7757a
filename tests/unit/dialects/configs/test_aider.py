"""aider's metadata: rows by the id that is called, and no figure that nobody states."""

from __future__ import annotations

from typing import Any

import orjson

from llmanac.dialects.configs.aider import CONFIG
from llmanac.dialects.configs.config import QUERY_SCHEMA

from ...small_dialects import served


def rows(*rules: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(served(*rules).config(CONFIG, QUERY_SCHEMA.build({})).body)
    return read


def test_a_row_has_litellms_fields() -> None:
    row = rows()["openai/gpt-5"]
    assert row["input_cost_per_token"] == 3e-6
    assert row["input_cost_per_token_above_200k_tokens"] == 6e-6
    assert (row["max_input_tokens"], row["max_output_tokens"]) == (128_000, 8_000)
    assert row["supports_function_calling"] is True


def test_what_is_unknown_is_absent() -> None:
    assert not [name for name in rows()["openai/gpt-5-odd"] if "cost" in name]


def test_a_compatible_endpoint_is_called_as_openai() -> None:
    assert rows()["openai/free-one"]["input_cost_per_token"] == 0


def test_what_is_for_no_chat_is_left_out() -> None:
    made = served().config(CONFIG, QUERY_SCHEMA.build({}))
    assert made.left_out == {"no chat": 1}
