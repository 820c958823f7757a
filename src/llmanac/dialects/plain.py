"""Frozen values as JSON, field by field: money is a string of decimal digits, and what is unknown is null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def encode(value: object) -> bytes:
    """A value, or a collection of them, as JSON in UTF-8."""
    return orjson.dumps(value, default=_plain)


def digits(amount: Decimal) -> str:
    """An amount to its last digit, without an exponent and without zeros at its end: ``0.000125``, ``10``."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return digits(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
