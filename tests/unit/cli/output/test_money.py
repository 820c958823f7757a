"""Amounts for people: cents, and four digits of less than a dollar."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.cli.output.money import money


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("1234567.891", "1,234,567.89"),
        ("1", "1.00"),
        ("0.5", "0.5"),
        ("0.123456", "0.1235"),
        ("0.0159", "0.0159"),
        ("0.00021", "0.00021"),
        ("0.0000000123456", "0.00000001235"),
    ],
)
def test_an_amount_keeps_the_digits_that_count(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text
