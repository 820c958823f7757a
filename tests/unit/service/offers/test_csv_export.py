"""The catalog as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.dialects.inference import entry
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Capability, Limits, Modalities, Offer
from llmanac.service.offers.csv_export import COLUMNS, FORMULA_LEADS, OWN_COLUMNS, cell, csv_of_entries, csv_of_offers

ENTRIES_LACK = {"model", "litellm_id", "price_state", "cache_read_price", "cache_write_price"}


def offer(**changes: Any) -> Offer:
    return Offer(**{"provider": "acme", "model": "one", "base": "one", **changes})


def parsed(lines: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines), newline="")))


def both(one: Offer) -> tuple[dict[str, str], dict[str, str]]:
    """The row of an offer, and of its entry."""
    [row], [narrower] = parsed(csv_of_offers([one])), parsed(csv_of_entries([entry(one)]))
    return row, narrower


def test_every_fact_has_a_column_and_an_unknown_value_is_empty() -> None:
    row, narrower = both(offer())
    assert list(row) == [column.name for column in COLUMNS]
    assert list(narrower) == [name for name in row if name not in ENTRIES_LACK]
    assert {name: value for name, value in narrower.items() if value} == {"id": "acme/one", "provider": "acme"}
    assert {name: value for name, value in row.items() if value} == {
        "id": "acme/one",
        "provider": "acme",
        "model": "one",
        "price_state": offer().price.state.value,
    }


def test_both_exports_agree_in_the_columns_that_both_have() -> None:
    rates = Rates(input=Decimal("0.0000125"), output=Decimal("10.0"), cache_read=Decimal("0.5"))
    one = offer(
        name="=1+1",
        release_date="2026-08",
        capabilities=(Capability.TOOL_CALL, Capability.VISION),
        open_weights=False,
        limits=Limits(context=8_000),
        modalities=Modalities(("text", "image"), ("text",)),
        price=Price(rates, state=PriceState.KNOWN),
    )
    row, narrower = both(one)
    assert {name: row[name] for name in narrower} == narrower
    assert (row["capabilities"], row["open_weights"], row["context"]) == ("tool_call vision", "false", "8000")
    assert (row["input_modalities"], row["output_modalities"]) == ("text image", "text")
    assert (row["input_price"], row["output_price"], row["cache_read_price"]) == ("0.0000125", "10", "0.5")


def test_an_export_of_nothing_is_its_heading() -> None:
    assert "".join(csv_of_offers([])) == ",".join(column.name for column in COLUMNS) + "\r\n"


@pytest.mark.parametrize("lead", FORMULA_LEADS)
@pytest.mark.parametrize("shape", [str, lambda text: (text, "x"), lambda text: [text]], ids=["text", "tuple", "list"])
def test_no_text_is_a_formula(lead: str, shape: Any) -> None:
    assert cell(shape(f"{lead}1+1")).startswith(f"'{lead}1+1")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        ("plain", "plain"),
        (Decimal(-1), "-1"),
        (Decimal("1E-7"), "0.0000001"),
        (1e-07, "0.0000001"),
        (0, "0"),
        (128_000, "128000"),
    ],
)
def test_numbers_stay_numbers_and_an_unknown_value_is_empty(value: object, written: str) -> None:
    assert cell(value) == written


@given(st.text(min_size=1, max_size=50).filter(lambda text: "\0" not in text))
def test_any_name_comes_back(name: str) -> None:
    for row in both(offer(name=name)):
        assert row["name"].removeprefix("'") == name.removeprefix("'")


def test_what_the_organisation_states_stands_in_columns_behind_the_others() -> None:
    own = OwnFacts(tags=("contract", "eu"), approved=False, retention_days=0)
    [row] = parsed(csv_of_offers([offer(own=own)], with_own_facts=True))
    assert [*row][: len(COLUMNS)] == [column.name for column in COLUMNS]
    assert [*row][len(COLUMNS) :] == [column.name for column in OWN_COLUMNS]
    assert (row["tags"], row["approved"], row["retention_days"], row["owner"]) == ("contract eu", "false", "0", "")
    assert "tags" not in parsed(csv_of_offers([offer(own=own)]))[0]
