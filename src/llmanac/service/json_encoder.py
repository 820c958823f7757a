"""Encodes frozen values as JSON, field by field: money is a string of decimal digits, and unknown is null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from llmanac.domain.amounts import digits


def encode(value: object) -> bytes:
    """Encode a value, or a collection of them, as JSON in UTF-8."""
    return orjson.dumps(value, default=_encode_decimal, option=orjson.OPT_NON_STR_KEYS)  # keys may be enums


def _encode_decimal(value: Any) -> str:
    if isinstance(value, Decimal):
        return digits(value)
    raise TypeError(f"{type(value).__name__} cannot be encoded as JSON")
