"""The rows of the table, over a small catalog: what each writes, and what it leaves out aloud."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import yaml

from llmanac.cli.commands.export import WRITERS, ExportFormat
from llmanac.dialects.configs.config import QUERY_SCHEMA, SAME_ID, Config
from llmanac.dialects.configs.table import CONFIGS
from llmanac.dialects.dialect import MadeDocument

from ...small_dialects import HALF, served

CLASH = {"add": {"id": "kilo/gpt-5", "like": "openai/gpt-5"}, "set": {"rates": {"input": 9}}, "reason": "Ours"}


def written(config: Config, *rules: dict[str, Any], **query: Any) -> MadeDocument:
    return served(*rules).config(config, QUERY_SCHEMA.build(query))


def text_of(config: Config, *rules: dict[str, Any], **query: Any) -> str:
    return written(config, *rules, **query).body.decode()


@pytest.mark.parametrize("config", CONFIGS, ids=lambda it: it.name)
def test_it_has_what_the_query_finds_and_counts_the_rest(config: Config) -> None:
    made = written(config, provider="openai", max_price=100)
    assert b"gpt-5" in made.body
    assert b"gpt-5-odd" not in made.body
    assert b"kilo" not in made.body
    assert sum(written(config).left_out.values()) <= 2
    assert written(config, limit=1).body.count(b"gpt") < written(config).body.count(b"gpt")


@pytest.mark.parametrize("config", CONFIGS, ids=lambda it: it.name)
def test_it_can_be_parsed_and_has_no_null(config: Config) -> None:
    read = orjson.loads if config.media_type == "application/json" else yaml.safe_load
    assert _nulls(read(written(config).body)) == 0
    assert _nulls(read(written(config, query="nothing of the kind").body)) == 0


@pytest.mark.parametrize("config", [it for it in CONFIGS if it.name != "continue"], ids=lambda it: it.name)
def test_overlays_stand_in_its_prices(config: Config) -> None:
    before, after = (text_of(config, *rules, query="gpt-5", provider="openai") for rules in ((), (HALF,)))
    assert before != after


def test_of_two_models_with_one_id_the_first_is_written() -> None:
    aider = next(it for it in CONFIGS if it.name == "aider")
    made = written(aider, CLASH, base="gpt-5")
    assert [*orjson.loads(made.body)].count("openai/gpt-5") == 1
    assert made.left_out == {SAME_ID: 1}


def test_every_row_is_a_format_of_the_command() -> None:
    assert {it.name for it in CONFIGS} == {it.value for it in ExportFormat if it not in WRITERS}


def _nulls(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_nulls, value.values()))
    return sum(map(_nulls, value)) if isinstance(value, list) else int(value is None)
