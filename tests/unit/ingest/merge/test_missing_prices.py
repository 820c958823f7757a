"""Missing prices are filled in where both sources speak of one price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.domain.peak_hours import WeeklyWindow
from llmanac.domain.pricing import Fee, OffPeak, Rates, Service, Tier
from llmanac.ingest.layer import Cost
from llmanac.ingest.merge.missing_prices import fill_missing


def usd(**rates: str) -> Rates:
    return Rates(**{name: Decimal(rate) for name, rate in rates.items()})


BASE = usd(input="3", output="15")


def test_parts_are_filled_in_where_the_whole_is_the_same() -> None:
    other = usd(input="3", output="12", cache_read="0.3", cache_write_1h="6", reasoning="12", output_audio="30")
    assert fill_missing(Cost(BASE), Cost(other)).rates == usd(
        input="3", output="15", cache_read="0.3", cache_write_1h="6"
    )
    nearly = usd(input="3.01", output="15.02", cache_read="0.3", reasoning="15")
    assert fill_missing(Cost(BASE), Cost(nearly)).rates == usd(input="3", output="15", cache_read="0.3", reasoning="15")


@pytest.mark.parametrize(
    "other",
    [
        usd(input="4", output="16", cache_read="0.4"),
        usd(output="15", cache_read="0.3"),
        usd(input="3", cache_write="0"),
    ],
)
def test_nothing_is_filled_in_from_another_price_nor_a_zero(other: Rates) -> None:
    cost = Cost(BASE)
    assert fill_missing(cost, Cost(other)) is cost


def test_the_price_of_output_may_be_that_of_images() -> None:
    served = Cost(Rates(input=Decimal(2), output=Decimal(120)))
    other = Cost(Rates(input=Decimal(2), output=Decimal(12), reasoning=Decimal(12), output_image=Decimal(120)))

    assert fill_missing(served, other).rates == Rates(
        input=Decimal(2), output=Decimal(120), reasoning=Decimal(12), output_image=Decimal(120)
    )


def test_what_is_served_stays() -> None:
    served = Cost(usd(input="3", output="15", cache_read="0.25"), (Tier(200_000, usd(input="6")),))
    other = Cost(usd(input="3", output="15", cache_read="0.3"), (Tier(100_000, usd(input="5")),))
    assert fill_missing(served, other) is served


def test_tiers_and_services_come_with_the_same_price_and_are_filled_in_themselves() -> None:
    batch, fast = Service("batch", usd(input="1.5", output="7.5")), Service("fast", usd(input="6", output="30"))
    tier = Tier(200_000, usd(input="6", output="22.5", cache_write_1h="12"))
    other = Cost(BASE, (tier,), (batch, Service("fast", usd(input="6", output="30", cache_write_1h="12"))))
    assert fill_missing(Cost(BASE), Cost(BASE, (tier,), (batch,))) == Cost(BASE, (tier,), (batch,))
    filled = fill_missing(Cost(BASE, (Tier(200_000, usd(input="6", output="22.5")),), (fast,)), other)
    assert filled.tiers == (tier,)
    assert filled.services == (Service("fast", usd(input="6", output="30", cache_write_1h="12")), batch)
    assert fill_missing(Cost(usd(input="4", output="15")), other).services == ()


@pytest.mark.parametrize(
    ("rates", "has_hours"),
    [(usd(input="1", output="2"), True), (usd(input="2", output="4"), True), (usd(input="1.5", output="2"), False)],
)
def test_off_peak_hours_come_where_either_of_their_rates_is_served(rates: Rates, *, has_hours: bool) -> None:
    low, high = usd(input="1", output="2"), usd(input="2", output="4")
    off_peak = OffPeak(windows=(WeeklyWindow(start=0, end=60),), rates=low, peak=high)
    assert (fill_missing(Cost(rates), Cost(low, off_peak=off_peak)).off_peak is off_peak) is has_hours


def test_where_no_price_is_served_the_others_stands_in() -> None:
    other = Cost(BASE, (Tier(200_000, usd(input="6")),))
    assert fill_missing(None, other) == other
    assert fill_missing(Cost(usd(cache_read="1")), other) == other
    assert fill_missing(None, Cost(usd(input="0", output="0"))).rates == Rates()


def test_fees_are_always_filled_in() -> None:
    fee = Fee("output_cost_per_image", "image", Decimal("0.04"))
    assert fill_missing(Cost(usd(input="9", output="9")), Cost(BASE, fees=(fee,))).fees == (fee,)
    assert fill_missing(None, Cost(Rates(), fees=(fee,))) == Cost(Rates(), fees=(fee,))
