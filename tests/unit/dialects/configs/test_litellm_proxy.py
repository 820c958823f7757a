"""The deployments of LiteLLM's proxy: ids, addresses and variables; what it cannot call is left out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from llmanac.dialects.configs.config import QUERY_SCHEMA
from llmanac.dialects.configs.litellm_proxy import CONFIG
from llmanac.dialects.dialect import MadeDocument

from ...small_dialects import served


def made(*rules: dict[str, Any]) -> MadeDocument:
    return served(*rules).config(CONFIG, QUERY_SCHEMA.build({}))


def deployments(*rules: dict[str, Any]) -> dict[str, Any]:
    return {it["model_name"]: it for it in yaml.safe_load(made(*rules).body)["model_list"]}


def host(**fields: Any) -> list[dict[str, Any]]:
    """Rules that add a host and a model there."""
    added = {"id": "rack", "name": "Rack", "npm": "@ai-sdk/openai-compatible", **fields}
    return [
        {"add_host": added, "reason": "Ours"},
        {"add": {"id": "rack/one", "like": "openai/gpt-5"}, "reason": "Ours"},
    ]


def test_a_model_of_a_known_host_needs_its_id_and_its_key() -> None:
    deployment = deployments()["openai/gpt-5"]
    assert deployment["litellm_params"] == {"model": "openai/gpt-5", "api_key": "os.environ/OPENAI_API_KEY"}
    assert deployment["model_info"]["output_cost_per_token"] == 15e-6
    assert deployment["model_info"]["mode"] == "chat"


def test_a_model_of_another_host_has_its_address() -> None:
    assert deployments()["kilo/openai/gpt-5"]["litellm_params"] == {
        "model": "openai/openai/gpt-5",
        "api_base": "https://kilo.example/v1",
        "api_key": "os.environ/KILO_KEY",
    }


def test_small_prices_are_numbers_in_yaml_too() -> None:
    text = made().body.decode()
    assert "1.0e-07" in text
    assert isinstance(deployments()["openai/text-embedding-3"]["model_info"]["input_cost_per_token"], float)


def test_what_is_unknown_is_absent() -> None:
    assert not [name for name in deployments()["openai/gpt-5-odd"]["model_info"] if "cost" in name]


def test_an_address_with_variables_cannot_be_written() -> None:
    assert made(*host(api="https://${RACK}.example/v1")).left_out == {"its address has variables": 1}
    assert made(*host(api="https://rack.example/v1")).left_out == {}


@pytest.mark.parametrize(
    ("names", "written"),
    [(["RACK_KEY"], "os.environ/RACK_KEY"), (["RACK_ID", "RACK_API_KEY"], "os.environ/RACK_API_KEY")],
)
def test_the_variable_with_the_key_is_named(names: list[str], written: str) -> None:
    rules = host(api="https://rack.example/v1", env=names)
    assert deployments(*rules)["rack/one"]["litellm_params"]["api_key"] == written
