"""Catwalk's hosts: nothing that would cost Crush the whole list."""

from __future__ import annotations

from llmanac.dialects.catwalk import DIALECT

from ..small_dialects import read, served

[HOSTS] = DIALECT.documents


def test_a_model_without_a_price_or_limits_is_left_out() -> None:
    listed = {host["id"]: {it["id"] for it in host["models"]} for host in read(HOSTS, served())}
    assert listed == {"kilo": {"free-one"}, "openai": {"gpt-5"}}


def test_writing_the_cache_is_in_and_reading_it_is_out() -> None:
    rule = {"match": "openai/gpt-5", "set": {"rates": {"cache_read": 1, "cache_write": 2}}, "reason": "Contract"}
    [model] = next(it for it in read(HOSTS, served(rule)) if it["id"] == "openai")["models"]
    assert (model["cost_per_1m_in_cached"], model["cost_per_1m_out_cached"]) == (2, 1)
    assert model["reasoning_levels"] == ["low", "high"]


def test_the_default_models_are_among_the_models() -> None:
    for host in read(HOSTS, served()):
        ids = {it["id"] for it in host["models"]}
        assert {host["default_large_model_id"], host["default_small_model_id"]} <= ids
        assert host["api_key"].startswith("$")
        assert all(type(it["context_window"]) is type(it["default_max_tokens"]) is int for it in host["models"])
