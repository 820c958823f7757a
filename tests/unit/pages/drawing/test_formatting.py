from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.pages.drawing import formatting


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("2.5", "$2.50"),
        ("15", "$15.00"),
        ("0.075", "$0.075"),
        ("0.0375", "$0.0375"),
        ("0.01875", "$0.0188"),
        ("0.00001", "<$0.0001"),
        ("0", "$0.00"),
        ("1E+2", "$100.00"),
        ("12345.6", "$12,345.60"),
        (None, formatting.UNKNOWN),
    ],
)
def test_money(amount: str | None, text: str) -> None:
    assert formatting.money(None if amount is None else Decimal(amount)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (512, "512"),
        (4096, "4.1K"),
        (128_000, "128K"),
        (131_072, "131K"),
        (999_999, "1M"),
        (1_048_576, "1.05M"),
        (10_000_000, "10M"),
        (None, formatting.UNKNOWN),
    ],
)
def test_tokens(number: int | None, text: str) -> None:
    assert formatting.tokens(number) == text


@pytest.mark.parametrize("text", ["$15.00", "$0.075", "$0.0375", "free"])
def test_padding_aligns_the_decimal_points_of_a_column(text: str) -> None:
    places = len(text.partition(".")[2]) or formatting.LEAST_PLACES
    assert places + formatting.padding(text) == formatting.MOST_PLACES


@pytest.mark.parametrize(
    ("state", "rates", "text"),
    [
        (PriceState.KNOWN, Rates(input=Decimal(3)), "$3.00"),
        (PriceState.FREE, Rates(input=Decimal(0)), "free"),
        (PriceState.IN_PLAN, Rates(input=Decimal(0)), "in plan"),
        (PriceState.VARIABLE, Rates(), "varies"),
        (PriceState.UNKNOWN, Rates(), formatting.UNKNOWN),
    ],
)
def test_nothing_unknown_becomes_a_number(state: PriceState, rates: Rates, text: str) -> None:
    assert formatting.rate(Price(rates, state=state), "input") == text
