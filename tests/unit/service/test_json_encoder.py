"""Frozen values as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.service.json_encoder import encode


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Value:
    amount: Decimal | None
    colour: Colour
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    name: str
    number: float | None
    colour: Colour
    day: date
    at: datetime
    counts: dict[Colour, int]
    children: tuple[Record, ...] = ()


def records(children: st.SearchStrategy[tuple[Record, ...]]) -> st.SearchStrategy[Record]:
    return st.builds(
        Record,
        name=st.text(),
        number=st.none() | st.integers(-(2**53), 2**53) | st.floats(),
        colour=st.sampled_from(Colour),
        day=st.dates(),
        at=st.datetimes(timezones=st.just(UTC)),
        counts=st.dictionaries(st.sampled_from(Colour), st.integers(0, 99)),
        children=children,
    )


def test_fields_become_members_and_money_digits() -> None:
    assert encode(Value(Decimal("1E-7"), Colour.RED, (1, 2))) == b'{"amount":"0.0000001","colour":"red","parts":[1,2]}'
    assert encode([Value(None, Colour.RED, ())]) == b'[{"amount":null,"colour":"red","parts":[]}]'


@given(records(st.lists(records(st.just(())), max_size=3).map(tuple)))
def test_the_bytes_are_those_that_orjson_alone_would_make(record: Record) -> None:
    assert encode(record) == orjson.dumps(record, option=orjson.OPT_NON_STR_KEYS)


@pytest.mark.parametrize("formless", [object(), b"bytes", 1j])
def test_what_has_no_form_in_json_is_refused(formless: object) -> None:
    with pytest.raises(TypeError):
        encode(Value(formless, Colour.RED, ()))  # type: ignore[arg-type]  # -- it is the mistake
