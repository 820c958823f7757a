"""LiteLLM's price map: dollars per token become dollars per million, and templates are not models."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.pricing import Rates, Tier
from llmanac.domain.records import Capability, Limits
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import read_document
from llmanac.ingest.decode.formats import litellm

from ...conftest import DecodeRow


def test_a_row_in_order_is_mirrored_with_nothing_to_report(decode_row: DecodeRow) -> None:
    row, layer = decode_row(
        input_cost_per_token=3e-07,
        output_cost_per_token=2.5e-06,
        output_cost_per_reasoning_token=1e-05,
        cache_read_input_token_cost=3e-08,
        cache_creation_input_token_cost=0,
        input_cost_per_audio_token=1e-06,
        max_input_tokens=1048576,
        max_output_tokens=65535.0,
        supports_vision=True,
        supports_reasoning=False,
        supports_box_questions=True,
        input_cost_per_token_batches=1e-07,
        deprecation_date="2027-01-01",
        source="https://example.com/pricing",
    )

    assert row.rates == Rates(
        input=Decimal("0.3"),
        output=Decimal("2.5"),
        reasoning=Decimal(10),
        cache_read=Decimal("0.03"),
        cache_write=Decimal(0),
        input_audio=Decimal(1),
    )
    assert row.limits == Limits(input=1048576, output=65535)
    assert row.capabilities == (Capability.VISION,)
    assert (row.litellm_provider, row.mode) == ("acme", "chat")
    assert (row.deprecation_date, row.page) == ("2027-01-01", "https://example.com/pricing")
    assert (layer.size, layer.rejects, layer.unknown_keys) == (1, (), {})


@pytest.mark.parametrize(
    ("per_token", "per_million"),
    [(1.5000000000000002e-07, "0.15"), (1e-05, "10"), (0.015, "15000"), (5e-10, "0.0005"), (0, "0")],
)
def test_prices_per_token_become_prices_per_million_without_noise(
    per_token: float, per_million: str, decode_row: DecodeRow
) -> None:
    row, _ = decode_row(input_cost_per_token=per_token)

    assert str(row.rates.input) == per_million


def test_tiers_are_those_of_the_standard_service(decode_row: DecodeRow) -> None:
    row, layer = decode_row(
        input_cost_per_token_above_272k_tokens=2e-06,
        output_cost_per_token_above_272k_tokens=4e-06,
        input_cost_per_token_above_32k_tokens=1e-06,
        input_cost_per_token_above_200k_tokens_priority=9e-06,
        cache_creation_input_token_cost_above_1hr=1e-06,
    )

    assert row.tiers == (
        Tier(32_000, Rates(input=Decimal(1))),
        Tier(272_000, Rates(input=Decimal(2), output=Decimal(4))),
    )
    assert (layer.rejects, layer.unknown_keys) == ((), {})


@pytest.mark.parametrize("template", ["sample_spec", "fallback_generalizations"])
def test_rows_about_the_format_or_about_models_at_large_are_no_models(template: str) -> None:
    content = {template: {"mode": "one of: chat, …", "input_cost_per_token": 0.0}, "m": {"litellm_provider": "acme"}}

    layer = litellm.decode(read_document(orjson.dumps(content)))

    assert [row.id for row in layer.models] == ["m"]
    assert layer.rejects == ()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"input_cost_per_token": -1e-06}, "acme/model: input_cost_per_token"),
        ({"input_cost_per_token": "1e-06"}, "acme/model: input_cost_per_token"),
        ({"input_cost_per_token_above_200k_tokens": True}, "acme/model: input_cost_per_token_above_200k_tokens"),
        ({"max_input_tokens": "many"}, "acme/model: max_input_tokens"),
        ({"max_input_tokens": -5}, "acme/model: max_input_tokens"),
        ({"deprecation_date": "next year"}, "acme/model: deprecation_date"),
        ({"mode": None}, "acme/model: mode"),
        ({"supports_vision": "yes"}, "acme/model: supports_vision"),
    ],
)
def test_a_bad_field_is_rejected_and_the_row_kept(fields: dict[str, Any], where: str, decode_row: DecodeRow) -> None:
    row, layer = decode_row(**fields)

    assert row.litellm_provider == "acme"
    assert [reject.where for reject in layer.rejects] == [where]


def test_bad_rows_are_rejected_and_unknown_keys_counted() -> None:
    content = {"bad": 1, "a\0b": {}, "good": {"litellm_provider": "acme", "colour": "red"}}

    layer = litellm.decode(read_document(orjson.dumps(content)))

    assert [row.id for row in layer.models] == ["good"]
    assert [reject.where for reject in layer.rejects] == ["bad", r"'a\x00b'"]
    assert layer.unknown_keys == {"row.colour": 1}


@pytest.mark.parametrize("content", [{"error": "x"}, {"openai": {"id": "openai", "models": {}}}])
def test_a_feed_without_a_single_row_is_refused_with_what_is_expected(content: dict[str, Any]) -> None:
    with pytest.raises(InvalidSource, match="model_prices_and_context_window"):
        litellm.decode(read_document(orjson.dumps(content)))


NUMBERS = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.text(max_size=9),
    st.lists(NUMBERS, max_size=2),
    st.dictionaries(st.text(max_size=2), NUMBERS, max_size=2),
)
KEYS = (
    "input_cost_per_token",
    "input_cost_per_token_above_200k_tokens",
    "max_input_tokens",
    "mode",
    "source",
    "supports_vision",
    "metadata",
    "x",
)


@given(key=st.sampled_from(KEYS), value=ANYTHING)
def test_whatever_stands_in_a_field_its_row_and_its_neighbours_are_read(key: str, value: object) -> None:
    good = {"litellm_provider": "acme", "input_cost_per_token": 1e-06}

    layer = litellm.decode(read_document(orjson.dumps({"odd": {"litellm_provider": "acme", key: value}, "good": good})))

    assert [row.id for row in layer.models] == ["odd", "good"]
    assert layer.models[1].rates.input == Decimal(1)
