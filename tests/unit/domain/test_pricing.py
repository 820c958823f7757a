"""Prices: unknown is None, free is 0, and the larger of two is what bounds compare with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.domain.pricing import UNKNOWN_PRICE, Price, PriceState, Rates, larger

ONE, TWO, FREE = Decimal(1), Decimal(2), Decimal(0)


@pytest.mark.parametrize(
    ("input_price", "output_price", "bound"),
    [
        (ONE, TWO, TWO),
        (TWO, ONE, TWO),
        (FREE, FREE, FREE),
        (ONE, FREE, ONE),
        (ONE, None, None),
        (None, TWO, None),
        (None, None, None),
    ],
)
def test_the_bound_is_the_larger_price_and_unknown_where_either_is(
    input_price: Decimal | None, output_price: Decimal | None, bound: Decimal | None
) -> None:
    assert larger(input_price, output_price) == bound
    assert Price(Rates(input=input_price, output=output_price)).bound == bound


def test_other_rates_have_no_part_in_it() -> None:
    assert Price(Rates(reasoning=Decimal(9), cache_write=Decimal(9), input_audio=Decimal(9))).bound is None


def test_an_unknown_price_says_so() -> None:
    assert UNKNOWN_PRICE.state is PriceState.UNKNOWN
    assert UNKNOWN_PRICE.rates == Rates()
    assert UNKNOWN_PRICE.bound is None


def test_the_states_are_those_that_answers_name() -> None:
    assert [state.value for state in PriceState] == ["known", "free", "in_plan", "variable", "unknown"]
