"""Prices and sums of money in JSON: a price as a number, a sum as a string of decimal digits."""

from __future__ import annotations

from decimal import Decimal
from typing import overload


@overload
def json_number(price: Decimal) -> int | float: ...
@overload
def json_number(price: None) -> None: ...
@overload
def json_number(price: Decimal | None) -> int | float | None: ...
def json_number(price: Decimal | None) -> int | float | None:
    """A price as the shortest JSON number: whole ones without a fraction.

    The feeds' prices have at most twelve digits, which a float keeps.
    """
    if price is None:
        return None
    return int(price) if price == price.to_integral_value() else float(price)


def digits(amount: Decimal) -> str:
    """An amount to its last digit, without an exponent and without zeros at its end: ``0.000125``, ``10``."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
