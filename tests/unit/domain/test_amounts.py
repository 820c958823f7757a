"""Prices and sums of money in JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.amounts import digits, json_number


@pytest.mark.parametrize(("price", "number"), [("10", "10"), ("2.50", "2.5"), ("0", "0"), ("1E+2", "100")])
def test_a_price_is_the_shortest_json_number(price: str, number: str) -> None:
    assert repr(json_number(Decimal(price))) == number


def test_an_unknown_price_is_no_number() -> None:
    assert json_number(None) is None


@pytest.mark.parametrize(
    ("amount", "text"), [("10", "10"), ("1E+3", "1000"), ("0.0150", "0.015"), ("0E-8", "0"), ("2.00", "2")]
)
def test_an_amount_has_neither_exponent_nor_idle_zeros(amount: str, text: str) -> None:
    assert digits(Decimal(amount)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12))
def test_digits_lose_nothing(amount: Decimal) -> None:
    assert Decimal(digits(amount)) == amount
