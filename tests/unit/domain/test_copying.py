"""Copies of records, beside those of the standard library."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.copying import copied
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Offer

OFFER = Offer(provider="acme", model="alpha", base="alpha", name="Alpha")


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (OFFER, {}),
        (OFFER, {"own": OwnFacts(tags=("x",)), "name": None}),
        (Rates(input=Decimal(1)), {"output": Decimal(2)}),
        (Price(Rates(), state=PriceState.UNKNOWN), {"state": PriceState.FREE}),
    ],
)
def test_a_copy_is_the_one_of_the_standard_library(record: Any, values: dict[str, Any]) -> None:
    before = repr(record)

    made = copied(record, values)

    assert made == replace(record, **values)
    assert hash(made) == hash(replace(record, **values))
    assert repr(record) == before


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        copied(OFFER, {"colour": "red"})
