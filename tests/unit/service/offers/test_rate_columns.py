"""Costs by columns are those that are worked out charge by charge."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.charges import charges, total
from llmanac.domain.pricing import PriceState, Rates, Service
from llmanac.domain.usage import TokenKind, Usage
from llmanac.service.offers.rate_columns import (
    ALWAYS_EXACT,
    COST_DIGITS,
    NO_BOUND,
    UNKNOWN,
    RateColumns,
    bound_of,
)

PRICE = st.none() | st.just(Decimal(0)) | st.decimals(min_value=0, max_value=2_000, places=6)
RATES = st.fixed_dictionaries({kind.value: PRICE for kind in TokenKind})
PARTS = st.fixed_dictionaries({kind.value: st.integers(0, 10**6) for kind in TokenKind})


def usage_of(parts: dict[str, int]) -> Usage:
    made = sum(number for name, number in parts.items() if name in {"reasoning", "output_audio", "output_image"})
    read = sum(parts.values()) - made - parts["input"] - parts["output"]
    return Usage(**{**parts, "input": parts["input"] + read, "output": parts["output"] + made})


@given(rates=RATES, parts=PARTS)
def test_a_cost_by_columns_is_the_sum_of_the_charges(rates: dict[str, Decimal | None], parts: dict[str, int]) -> None:
    usage = usage_of(parts)
    exact = total(charges(usage, [Service("standard", Rates(**rates))]))
    [cost] = RateColumns.of([(Rates(**rates), NO_BOUND, 0)]).costs(usage)

    assert cost == (UNKNOWN if exact is None else exact.scaleb(COST_DIGITS))


def test_what_is_packed_is_the_same_when_it_is_unpacked() -> None:
    columns = RateColumns.of(
        [(Rates(input=Decimal("0.15"), output=Decimal(2)), 200_000, 5), (Rates(), ALWAYS_EXACT, 0)]
    )
    again = RateColumns.unpack({name: memoryview(it) for name, it in columns.pack().items()})

    assert again.costs(Usage(input=1_000, output=10)) == [170 * 10**9, UNKNOWN]
    assert ([*again.bounds], [*again.services]) == ([200_000, ALWAYS_EXACT], [5, 0])


@pytest.mark.parametrize(
    ("state", "bounds", "is_plain", "bound"),
    [
        (PriceState.KNOWN, [], True, NO_BOUND),
        (PriceState.FREE, [], True, NO_BOUND),
        (PriceState.KNOWN, [272_000, 128_000], True, 128_000),
        (PriceState.KNOWN, [], False, ALWAYS_EXACT),
        (PriceState.UNKNOWN, [], True, ALWAYS_EXACT),
        (PriceState.IN_PLAN, [], True, ALWAYS_EXACT),
    ],
)
def test_the_bound_says_up_to_where_the_columns_hold(
    state: PriceState, bounds: list[int], *, is_plain: bool, bound: int
) -> None:
    assert bound_of(state, bounds, is_plain=is_plain) == bound
