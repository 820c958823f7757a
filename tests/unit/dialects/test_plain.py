"""Frozen values as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.dialects.plain import digits, encode


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Value:
    amount: Decimal | None
    colour: Colour
    parts: tuple[int, ...]


def test_fields_become_members_and_money_digits() -> None:
    assert encode(Value(Decimal("1E-7"), Colour.RED, (1, 2))) == b'{"amount":"0.0000001","colour":"red","parts":[1,2]}'
    assert encode([Value(None, Colour.RED, ())]) == b'[{"amount":null,"colour":"red","parts":[]}]'


@pytest.mark.parametrize(
    ("amount", "text"), [("10", "10"), ("1E+3", "1000"), ("0.0150", "0.015"), ("0E-8", "0"), ("2.00", "2")]
)
def test_an_amount_has_neither_exponent_nor_idle_zeros(amount: str, text: str) -> None:
    assert digits(Decimal(amount)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12))
def test_digits_lose_nothing(amount: Decimal) -> None:
    assert Decimal(digits(amount)) == amount


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError):
        encode(Value(object(), Colour.RED, ()))  # type: ignore[arg-type]  # -- it is the mistake
