"""Costs of a usage: hand-worked cases, and invariants."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.charges import charges, cost_of, total
from llmanac.domain.peak_hours import Hours, WeeklyWindow
from llmanac.domain.pricing import OffPeak, Rates, Service, Tier
from llmanac.domain.usage import TokenKind, Usage

from .conftest import usages

CLAUDE = Service(
    "standard",
    Rates(
        input=Decimal(3),
        output=Decimal(15),
        cache_read=Decimal("0.3"),
        cache_write=Decimal("3.75"),
        cache_write_1h=Decimal(6),
    ),
    (
        Tier(
            200_000,
            Rates(input=Decimal(6), output=Decimal("22.5"), cache_read=Decimal("0.6"), cache_write=Decimal("7.5")),
        ),
    ),
)
"""Claude Sonnet 4.5 as its lab prices it."""
OMNI = Service(
    "standard", Rates(input=Decimal("2.5"), output=Decimal(10), input_audio=Decimal(40), output_audio=Decimal(80))
)
THINKER = Service("standard", Rates(input=Decimal(1), output=Decimal(4), reasoning=Decimal(8)))
SEARCHER = Service("standard", Rates(input=Decimal(2), output=Decimal(8), reasoning=Decimal(3)))
STORED_FREE = Service(
    "standard",
    Rates(
        input=Decimal("1.4"),
        output=Decimal("4.4"),
        cache_read=Decimal(0),
        cache_write=Decimal(0),
        cache_write_1h=Decimal(0),
        reasoning=Decimal(0),
    ),
)
MINUTES = Service("standard", Rates(input=Decimal(3), cache_write=Decimal("3.75"), cache_write_1h=Decimal(3)))
LONG_KEPT = Service(
    "standard", Rates(input=Decimal(4), output=Decimal(20), cache_write=Decimal(5), cache_write_12h=Decimal(10))
)
PAINTER = Service(
    "standard", Rates(input=Decimal(5), output=Decimal(10), input_image=Decimal(8), output_image=Decimal(30))
)
QWEN = Service(
    "standard",
    Rates(input=Decimal("1.2"), output=Decimal(6)),
    (
        Tier(32_000, Rates(input=Decimal("2.4"), output=Decimal(12))),
        Tier(128_000, Rates(input=Decimal(3), output=Decimal(15))),
    ),
)
BATCH = Service("batch", Rates(input=Decimal("1.5"), output=Decimal("7.5")))


@pytest.mark.parametrize(
    ("usage", "services", "cost"),
    [
        # 1,000 x 3 + 500 x 15, per million
        (Usage(input=1_000, output=500), [CLAUDE], Decimal("0.0105")),
        # 20,000 fresh x 3 + 80,000 read x 0.30 + 2,000 x 15
        (Usage(input=100_000, cache_read=80_000, output=2_000), [CLAUDE], Decimal("0.114")),
        # 5,000 x 3 + 10,000 written x 3.75 + 4,000 written for an hour x 6
        (Usage(input=19_000, cache_write=10_000, cache_write_1h=4_000), [CLAUDE], Decimal("0.0765")),
        # At the bound the lower rate holds: 200,000 x 3
        (Usage(input=200_000), [CLAUDE], Decimal("0.6")),
        # Above it the whole request is charged higher, its output too: 200,001 x 6 + 1,000 x 22.5
        (Usage(input=200_001, output=1_000), [CLAUDE], Decimal("1.222506")),
        # What is read from the cache counts for the bound: 50,000 x 6 + 200,000 x 0.6
        (Usage(input=250_000, cache_read=200_000), [CLAUDE], Decimal("0.42")),
        # The tier has no rate for an hour's cache, which stays 1.6 times one of minutes: 200,000 x 6 + 50,000 x 12
        (Usage(input=250_000, cache_write_1h=50_000), [CLAUDE], Decimal("1.8")),
        # The highest tier that is reached
        (Usage(input=100_000, output=1_000), [QWEN], Decimal("0.252")),
        (Usage(input=200_000, output=1_000), [QWEN], Decimal("0.615")),
        # 700 text x 2.5 + 300 audio x 40 + 100 text x 10 + 400 audio x 80
        (Usage(input=1_000, input_audio=300, output=500, output_audio=400), [OMNI], Decimal("0.04675")),
        # A reasoning price above that of output holds for the answer, too: 200 x 8 + 800 x 8
        (Usage(output=1_000, reasoning=800), [THINKER], Decimal("0.008")),
        # ... and not where nothing is reasoned: 1,000 x 4
        (Usage(output=1_000), [THINKER], Decimal("0.004")),
        # One below it is that of reasoning alone: 200 x 8 + 800 x 3
        (Usage(output=1_000, reasoning=800), [SEARCHER], Decimal("0.004")),
        # Reasoning without a rate of its own is output
        (Usage(output=1_000, reasoning=800), [CLAUDE], Decimal("0.015")),
        # A batch without a cache rate of its own keeps the ratio, a tenth of input: 20,000 x 1.5 + 80,000 x 0.15
        (Usage(input=100_000, cache_read=80_000), [BATCH, CLAUDE], Decimal("0.042")),
        # An hour's cache in a batch costs twice its input, as it does without one: 50,000 x 1.5 + 50,000 x 3
        (Usage(input=100_000, cache_write_1h=50_000), [BATCH, CLAUDE], Decimal("0.225")),
        # A batch without tiers has those of the standard service in proportion: 300,000 x 3 + 1,000 x 11.25
        (Usage(input=300_000, output=1_000), [BATCH, CLAUDE], Decimal("0.91125")),
        # 0 for writes beside a price of input: they are input, 10,000 x 1.4
        (Usage(input=10_000, cache_write=8_000), [STORED_FREE], Decimal("0.014")),
        # 0 for reasoning beside a price of output: it is output, 10,000 x 4.4
        (Usage(output=10_000, reasoning=9_000), [STORED_FREE], Decimal("0.044")),
        # 0 for reads is free: 2,000 x 1.4
        (Usage(input=10_000, cache_read=8_000), [STORED_FREE], Decimal("0.0028")),
        # An hour is at least as dear as minutes: 10,000 x 3.75
        (Usage(input=10_000, cache_write_1h=10_000), [MINUTES], Decimal("0.0375")),
        # Where only twelve hours have a price, an hour has that: 10,000 x 10
        (Usage(input=10_000, cache_write_1h=10_000), [LONG_KEPT], Decimal("0.1")),
        (Usage(input=10_000, cache_write_12h=10_000), [LONG_KEPT], Decimal("0.1")),
        # ... and where only an hour has one, twelve hours have it: 10,000 x 6
        (Usage(input=10_000, cache_write_12h=10_000), [CLAUDE], Decimal("0.06")),
        # 600 text x 5 + 400 of images x 8 + 10 text x 10 + 90 of images x 30
        (Usage(input=1_000, input_image=400, output=100, output_image=90), [PAINTER], Decimal("0.009")),
        # Free is 0, and not unknown
        (Usage(input=5, output=5), [Service("standard", Rates(input=Decimal(0), output=Decimal(0)))], Decimal(0)),
        # Nothing costs nothing, whatever the rates
        (Usage(), [Service("standard", Rates())], Decimal(0)),
    ],
)
def test_a_usage_costs(usage: Usage, services: list[Service], cost: Decimal) -> None:
    assert total(charges(usage, services)) == cost


@pytest.mark.parametrize(
    ("usage", "rates"),
    [
        (Usage(input=1, output=1), Rates(input=Decimal(1))),
        (Usage(input=1), Rates(output=Decimal(1))),
        (Usage(input=2, cache_read=1), Rates(cache_read=Decimal(1))),
    ],
)
def test_without_a_rate_the_cost_is_unknown_and_never_0(usage: Usage, rates: Rates) -> None:
    assert total(charges(usage, [Service("standard", rates)])) is None


def test_an_embedding_has_no_output_and_needs_no_rate_for_it() -> None:
    assert total(charges(Usage(input=1_000_000), [Service("standard", Rates(input=Decimal("0.02")))])) == Decimal(
        "0.02"
    )


def test_each_line_says_whose_rate_it_uses() -> None:
    lines = charges(Usage(input=300_000, cache_read=1, cache_write_1h=2, output=3, reasoning=3), [BATCH, CLAUDE])
    assert [(it.kind, it.tokens, it.rate, it.rate_of, it.service, it.above) for it in lines] == [
        (TokenKind.INPUT, 299_997, Decimal(3), TokenKind.INPUT, "batch", 200_000),
        (TokenKind.CACHE_READ, 1, Decimal("0.3"), TokenKind.CACHE_READ, "batch", 200_000),
        (TokenKind.CACHE_WRITE_1H, 2, Decimal(6), TokenKind.CACHE_WRITE_1H, "batch", 200_000),
        (TokenKind.REASONING, 3, Decimal("11.25"), TokenKind.OUTPUT, "batch", 200_000),
    ]


PRICES = st.decimals(min_value=0, max_value=10_000, places=12)


@given(usages(), st.fixed_dictionaries({kind.value: PRICES for kind in TokenKind}))
def test_sums_are_exact_to_the_last_digit(usage: Usage, prices: dict[str, Decimal]) -> None:
    lines = charges(usage, [Service("standard", Rates(**prices))])
    exact = sum((Fraction(line.rate or 0) * line.tokens / 10**6 for line in lines), Fraction())
    assert Fraction(total(lines) or Decimal(0)) == exact


@given(st.integers(min_value=0, max_value=10**18), PRICES)
def test_a_line_is_exact_for_any_number_of_requests(tokens: int, rate: Decimal) -> None:
    assert Fraction(cost_of(tokens, rate)) == Fraction(rate) * tokens / 10**6


NIGHTLY = OffPeak(
    windows=(WeeklyWindow(start=16 * 60 + 30, end=30),),
    rates=Rates(input=Decimal("0.66"), output=Decimal("1.98"), cache_read=Decimal("0.022")),
    peak=Rates(input=Decimal("1.32"), output=Decimal("3.96"), cache_read=Decimal("0.044")),
)


@pytest.mark.parametrize(
    ("at", "hours", "cost"),
    [
        # 3,000 x 0.66 + 7,000 x 0.022 + 1,000 x 1.98
        (datetime(2026, 11, 27, 16, 30, tzinfo=UTC), Hours.OFF_PEAK, Decimal("0.004114")),
        # 3,000 x 1.32 + 7,000 x 0.044 + 1,000 x 3.96
        (datetime(2026, 11, 27, 0, 30, tzinfo=UTC), Hours.PEAK, Decimal("0.008228")),
    ],
)
def test_the_hour_decides_where_a_host_has_peak_hours(at: datetime, hours: Hours, cost: Decimal) -> None:
    standard = Service("standard", NIGHTLY.rates)
    lines = charges(
        Usage(input=10_000, cache_read=7_000, output=1_000), [standard], off_peak=NIGHTLY, hours=NIGHTLY.hours(at)
    )
    assert total(lines) == cost
    assert {line.hours for line in lines} == {hours}


@given(usages(), st.fixed_dictionaries({kind.value: PRICES for kind in TokenKind}), PRICES)
def test_a_longer_cache_is_never_cheaper(usage: Usage, prices: dict[str, Decimal], batch: Decimal) -> None:
    services = [Service("batch", Rates(input=batch)), Service("standard", Rates(**prices))]
    written = usage.cache_write + usage.cache_write_1h
    minutes = total(charges(Usage(input=written, cache_write=written), services))
    hour = total(charges(Usage(input=written, cache_write_1h=written), services))
    assert (hour or 0) >= (minutes or 0)
