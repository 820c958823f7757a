"""Offers side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import Price, PriceState, Rates, Tier
from llmanac.domain.records import Capability, Limits, Offer
from llmanac.errors import InvalidRequest
from llmanac.service.offers.comparison import Comparison, ComparisonRow, compare


def offer(model: str, **facts: Any) -> Offer:
    return Offer(provider="acme", model=model, base=model, **facts)


def rows(comparison: Comparison) -> dict[str, ComparisonRow]:
    return {row.fact: row for row in comparison.rows}


def test_differing_rows_are_marked_and_the_best_values_where_there_are_any() -> None:
    small = offer(
        "small",
        price=Price(Rates(input=Decimal("0.5"), output=Decimal(2)), (), PriceState.KNOWN),
        limits=Limits(context=128_000),
        capabilities=(Capability.TOOL_CALL,),
    )
    large = offer(
        "large",
        price=Price(
            Rates(input=Decimal(3), output=Decimal(2)), (Tier(200_000, Rates(input=Decimal(6))),), PriceState.KNOWN
        ),
        limits=Limits(context=1_000_000),
        capabilities=(Capability.TOOL_CALL, Capability.VISION),
    )
    unknown = offer("unknown")
    found = rows(compare([small, large, unknown]))
    assert found["input_price"] == ComparisonRow("input_price", "price", (0.5, 3, None), differs=True, best=(0,))
    assert found["output_price"] == ComparisonRow("output_price", "price", (2, 2, None), differs=True, best=(0, 1))
    assert found["context"].best == (1,)
    assert found["vision"] == ComparisonRow("vision", "capabilities", (False, True, False), differs=True, best=())
    assert found["price_tiers"].values == ([], ["above 200,000: 6 in, unknown out"], [])
    assert found["price_state"].values == ("known", "known", "unknown")
    assert found["provider"] == ComparisonRow("provider", "identity", ("acme", "acme", "acme"), differs=False, best=())


def test_no_fact_stands_twice_and_each_has_a_value_for_each_offer() -> None:
    comparison = compare([offer("a"), offer("b")])
    assert len(rows(comparison)) == len(comparison.rows)
    assert {len(row.values) for row in comparison.rows} == {2}
    assert [model.id for model in comparison.models] == ["acme/a", "acme/b"]


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([], "Between 2 and 6 models can be compared, not 0"),
        (["a"], "not 1"),
        (list("abcdefg"), "not 7"),
        (["a", "b", "a"], "acme/a was named twice"),
    ],
)
def test_two_to_six_different_ones_can_be_compared(models: list[str], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        compare([offer(model) for model in models])


def test_what_the_organisation_states_of_any_of_them_is_a_row() -> None:
    found = rows(compare([offer("a", own=OwnFacts(tags=("contract",))), offer("b")]))
    assert (found["tags"].group, found["tags"].values, found["tags"].differs) == ("own", (["contract"], None), True)
    assert "approved" not in found
