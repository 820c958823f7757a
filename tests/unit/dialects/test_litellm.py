"""LiteLLM's map: its own rows as they came, with the figures that the catalog serves."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.dialects.litellm import DIALECT

from ..small_dialects import HALF, ROWS, read, served

[MAP] = DIALECT.documents
TWIN = {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-6, "output_cost_per_token": 15e-6}
OFF_PEAK = {
    "input_cost_per_token": 1e-6,
    "output_cost_per_token": 5e-6,
    "windows": [{"hours_utc": "22:00-06:00", "weekdays": [1, 2]}],
}


@pytest.fixture(scope="module")
def plain() -> Any:
    return read(MAP, served())


def test_a_row_keeps_what_it_says_besides(plain: Any) -> None:
    assert plain["sample_spec"] == ROWS["sample_spec"]
    assert plain["gpt-5"]["a_new_field"] == [1]
    assert plain["gpt-5"]["litellm_provider"] == "openai"
    assert plain["whisper-x"] == ROWS["whisper-x"]


def test_limits_and_capabilities_are_the_catalogs(plain: Any) -> None:
    row = plain["gpt-5"]
    assert (row["max_input_tokens"], row["max_output_tokens"], row["max_tokens"]) == (128_000, 8_000, 8_000)
    assert row["supports_reasoning"] is True
    assert row["supports_function_calling"] is True


def test_prices_that_hang_on_another_base_go_with_it() -> None:
    row = read(MAP, served(HALF))["gpt-5"]
    assert row["input_cost_per_token"] == 1.5e-6
    assert row["input_cost_per_token_above_200k_tokens"] == 3e-6
    assert row["input_cost_per_token_batches"] == 0.75e-6
    assert row["a_new_field"] == [1]


def test_every_key_that_means_an_offer_has_its_figures() -> None:
    made = read(MAP, served(HALF, rows={**ROWS, "openai/gpt-5": TWIN}))
    assert made["gpt-5"]["input_cost_per_token"] == made["openai/gpt-5"]["input_cost_per_token"] == 1.5e-6


def test_off_peak_prices_keep_their_base_which_is_that_of_peak_hours() -> None:
    rows = {"gpt-5": {**ROWS["gpt-5"], "off_peak_pricing": OFF_PEAK}}
    row = read(MAP, served(HALF, rows=rows))["gpt-5"]
    off_peak = row.get("off_peak_pricing")
    if off_peak is not None:
        assert off_peak["windows"] == OFF_PEAK["windows"]
        assert off_peak["input_cost_per_token"] < row["input_cost_per_token"]


def test_a_model_that_the_map_has_not_is_there_if_it_has_a_price(plain: Any) -> None:
    assert plain["openai/text-embedding-3"]["mode"] == "embedding"
    assert plain["openai/text-embedding-3"]["output_cost_per_token"] == 0.0
    assert plain["kilo/free-one"]["input_cost_per_token"] == 0.0
    assert "litellm_provider" not in plain["kilo/free-one"]
    assert not [key for key in plain if "odd" in key]


def test_a_model_that_the_organisation_added_is_there() -> None:
    rule = {"add": {"id": "kilo/own", "like": "openai/gpt-5"}, "set": {"rates": {"input": 1}}, "reason": "Ours"}
    row = read(MAP, served(rule))["kilo/own"]
    assert row["input_cost_per_token"] == 1e-6
    assert row["max_input_tokens"] == 128_000
