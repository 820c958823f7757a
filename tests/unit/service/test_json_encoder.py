"""Frozen values as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pytest

from llmanac.service.json_encoder import encode


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


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        encode(Value(object(), Colour.RED, ()))  # type: ignore[arg-type]  # -- it is the mistake
