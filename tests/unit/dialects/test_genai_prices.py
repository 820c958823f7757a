"""genai-prices' data: what its library needs beside prices."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llmanac.dialects.genai_prices import BOTH, DIALECT, KEYS

from ..small_dialects import HALF, read, served

[DATA] = DIALECT.documents


@pytest.fixture(scope="module")
def hosts() -> Any:
    return {it["id"]: it for it in read(DATA, served(HALF))}


def prices(hosts: Any, host: str, model: str) -> Any:
    return next(it["prices"] for it in hosts[host]["models"] if it["id"] == model)


def test_a_known_host_keeps_its_names_and_how_its_responses_are_read(hosts: Any) -> None:
    assert hosts["openai"]["provider_match"] == {"contains": "openai"}
    assert {it["api_flavor"] for it in hosts["openai"]["extractors"]} >= {"chat", "responses"}


def test_a_host_that_speaks_like_another_is_read_like_it(hosts: Any) -> None:
    assert hosts["kilo"]["extractors"] == hosts["openai"]["extractors"]
    assert re.match(hosts["kilo"]["api_pattern"], "https://kilo.example/v1/chat/completions")
    assert all(re.compile(it["api_pattern"]) for it in hosts.values())


def test_tiers_hold_above_their_start(hosts: Any) -> None:
    assert prices(hosts, "openai", "gpt-5")["input_mtok"] == {"base": 1.5, "tiers": [{"start": 200_000, "price": 3}]}


def test_a_model_without_a_price_is_absent_and_a_free_one_costs_nothing(hosts: Any) -> None:
    assert "gpt-5-odd" not in {it["id"] for it in hosts["openai"]["models"]}
    assert prices(hosts, "kilo", "free-one") == {"input_mtok": 0, "output_mtok": 0}


def test_kinds_that_are_two_at_once_have_a_price_beside_those_of_both() -> None:
    rates = {"input_audio": 9, "cache_read": 1}
    rule = {"match": "openai/gpt-5", "set": {"rates": rates}, "reason": "Contract"}
    made = prices({it["id"]: it for it in read(DATA, served(rule))}, "openai", "gpt-5")
    assert made["cache_audio_read_mtok"] == made["cache_read_mtok"]
    assert {name for pair in BOTH for name in pair} <= set(KEYS)


def test_an_alias_finds_the_model() -> None:
    rule = {"match": "openai/gpt-5", "set": {"aliases": "work-horse"}, "reason": "Ours"}
    [host] = [it for it in read(DATA, served(rule)) if it["id"] == "openai"]
    match = next(it["match"] for it in host["models"] if it["id"] == "gpt-5")
    assert match == {"or": [{"equals": "gpt-5"}, {"equals": "work-horse"}]}
