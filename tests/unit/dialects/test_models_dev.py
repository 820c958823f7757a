"""models.dev's documents: its own records, with what the catalog serves."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.dialects.dialect import Question
from llmanac.dialects.models_dev import DIALECT

from ..small_dialects import HALF, HOSTS, read, served

PROVIDERS, MODELS, CATALOG, LOGO = DIALECT.documents


@pytest.fixture(scope="module")
def plain() -> Any:
    return read(PROVIDERS, served())


def test_without_overlays_the_records_are_models_devs_own(plain: Any) -> None:
    own = HOSTS["openai"]["models"]["gpt-5"]
    made = plain["openai"]["models"]["gpt-5"]
    assert made["a_new_field"] == {"kept": True}
    assert made["reasoning_options"] == own["reasoning_options"]
    assert made["experimental"] == own["experimental"]
    assert made["cost"]["input"] == 3
    assert {name: value for name, value in plain["openai"].items() if name != "models"} == {
        name: value for name, value in HOSTS["openai"].items() if name != "models"
    }


def test_what_overlays_state_stands_in_every_price_that_hangs_on_it() -> None:
    made = read(PROVIDERS, served(HALF))["openai"]["models"]["gpt-5"]
    assert (made["cost"]["input"], made["cost"]["cache_read"]) == (1.5, 0.15)
    assert made["cost"]["tiers"] == [
        {"input": 3, "output": 15, "cache_read": 0.3, "tier": {"type": "context", "size": 200_000}}
    ]
    assert made["cost"]["context_over_200k"] == {"input": 3, "output": 15, "cache_read": 0.3}
    assert made["experimental"]["modes"]["fast"]["cost"] == {"input": 3, "output": 15}


def test_unknown_is_left_out_or_what_the_format_says_for_it(plain: Any) -> None:
    odd = plain["openai"]["models"]["gpt-5-odd"]
    assert "cost" not in odd
    assert odd["name"] == "gpt-5-odd"
    assert None not in odd.values()
    assert plain["kilo"]["models"]["openai/gpt-5"]["limit"] == {"context": 0, "output": 0}
    assert plain["kilo"]["models"]["free-one"]["cost"] == {"input": 0, "output": 0}


def test_a_model_that_the_organisation_added_has_a_host_and_all_that_clients_need() -> None:
    made = read(
        PROVIDERS,
        served(
            {"add_host": {"id": "rack", "name": "Our rack", "env": ["RACK"]}, "reason": "Ours"},
            {"add": {"id": "rack/own", "like": "openai/gpt-5"}, "set": {"rates": {"input": 1}}, "reason": "Ours"},
        ),
    )["rack"]
    assert (made["name"], made["env"]) == ("Our rack", ["RACK"])
    assert made["models"]["own"]["cost"]["input"] == 1
    assert made["models"]["own"]["limit"] == {"context": 128_000, "output": 8_000}
    assert made["models"]["own"]["tool_call"] is True


def test_models_are_by_lab_and_have_no_price() -> None:
    made = read(MODELS, served())
    assert set(made) == {"openai/gpt-5", "openai/gpt-5-odd", "openai/text-embedding-3"}
    assert all("cost" not in it and it["id"] == id_ for id_, it in made.items())
    both = read(CATALOG, served())
    assert both["models"] == made
    assert both["providers"] == read(PROVIDERS, served())


@pytest.mark.parametrize("name", ["openai.svg", "labs/openai.svg", "whoever.svg"])
def test_every_host_has_a_logo(name: str) -> None:
    assert LOGO.media_type == "image/svg+xml"
    assert LOGO.make(served(), Question(path={"name": name})).startswith(b"<svg ")
