"""Continue's models: its own providers, protocols of other hosts, secrets and roles."""

from __future__ import annotations

from typing import Any

import yaml

from llmanac.dialects.configs.config import QUERY_SCHEMA
from llmanac.dialects.configs.continue_dev import CONFIG

from ...small_dialects import served
from .test_litellm_proxy import host


def models(*rules: dict[str, Any]) -> list[dict[str, Any]]:
    read: dict[str, Any] = yaml.safe_load(served(*rules).config(CONFIG, QUERY_SCHEMA.build({})).body)
    return read["models"]  # type: ignore[no-any-return]  # -- any JSON


def one(*rules: dict[str, Any], model: str, provider: str = "openai") -> dict[str, Any]:
    return next(it for it in models(*rules) if (it["model"], it["provider"]) == (model, provider))


def test_a_provider_of_its_own_needs_no_address() -> None:
    assert one(model="gpt-5") == {
        "name": "GPT-5 (OpenAI)",
        "provider": "openai",
        "model": "gpt-5",
        "apiKey": "${{ secrets.OPENAI_API_KEY }}",
        "roles": ["chat", "edit", "apply"],
        "capabilities": ["tool_use", "image_input"],
        "defaultCompletionOptions": {"contextLength": 128_000, "maxTokens": 8_000},
    }


def test_any_other_host_is_called_by_its_protocol() -> None:
    model = one(model="openai/gpt-5")
    assert model["apiBase"] == "https://kilo.example/v1"
    assert "defaultCompletionOptions" not in model
    anthropic = one(*host(npm="@ai-sdk/anthropic", api="https://rack.example/v1"), model="one", provider="anthropic")
    assert anthropic["apiBase"] == "https://rack.example/v1"


def test_variables_of_an_address_are_secrets() -> None:
    rules = host(api="https://${RACK_ID}.example/v1", env=["RACK_ID", "RACK_TOKEN"])
    model = one(*rules, model="one")
    assert model["apiBase"] == "https://${{ secrets.RACK_ID }}.example/v1"
    assert model["apiKey"] == "${{ secrets.RACK_TOKEN }}"


def test_output_leaves_room_for_input() -> None:
    rule = {"match": "openai/gpt-5", "set": {"limits": {"context": 8_192, "output": 8_192}}, "reason": "Ours"}
    assert one(rule, model="gpt-5")["defaultCompletionOptions"] == {"contextLength": 8_192}


def test_a_model_has_the_roles_of_its_kind() -> None:
    assert one(model="text-embedding-3")["roles"] == ["embed"]


def test_models_of_one_name_are_told_apart_by_their_ids() -> None:
    twin = {"add": {"id": "openai/gpt-5-twin", "like": "openai/gpt-5"}, "set": {"name": "GPT-5"}, "reason": "Ours"}
    names = [it["name"] for it in models(twin)]
    assert {"openai/gpt-5", "openai/gpt-5-twin"} < set(names)
    assert len({*names}) == len(names)


def test_a_host_without_an_address_or_a_protocol_is_left_out() -> None:
    for fields in ({"api": None}, {"npm": "watsonx-ai-provider", "api": "https://rack.example"}):
        made = served(*host(**fields)).config(CONFIG, QUERY_SCHEMA.build({}))
        assert made.left_out == {"Continue has no way to its host": 1}
