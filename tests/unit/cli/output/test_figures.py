"""Figures for people: amounts with the digits that count, and numbers that agree with their nouns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.cli.output.figures import money, number_of


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


@pytest.mark.parametrize(("number", "text"), [(0, "0 lines"), (1, "1 line"), (2, "2 lines"), (12345, "12,345 lines")])
def test_a_number_agrees_with_its_noun(number: int, text: str) -> None:
    assert number_of(number, "line") == text
