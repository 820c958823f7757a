"""Costs of a usage: hand-worked cases, and invariants."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.pricing import Rates, Service, Tier
from llmanac.domain.usage import MAX_TOKENS, TokenKind, Usage, charges, cost_of, total
from llmanac.errors import InvalidParameters

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
        # The tier has no rate for an hour's cache, so that of the base stays: 200,000 x 6 + 50,000 x 6
        (Usage(input=250_000, cache_write_1h=50_000), [CLAUDE], Decimal("1.5")),
        # The highest tier that is reached
        (Usage(input=100_000, output=1_000), [QWEN], Decimal("0.252")),
        (Usage(input=200_000, output=1_000), [QWEN], Decimal("0.615")),
        # 700 text x 2.5 + 300 audio x 40 + 100 text x 10 + 400 audio x 80
        (Usage(input=1_000, input_audio=300, output=500, output_audio=400), [OMNI], Decimal("0.04675")),
        # 200 x 4 + 800 reasoned x 8
        (Usage(output=1_000, reasoning=800), [THINKER], Decimal("0.0072")),
        # Reasoning without a rate of its own is output
        (Usage(output=1_000, reasoning=800), [CLAUDE], Decimal("0.015")),
        # A batch has no cache rate of its own: 20,000 x 1.5 + 80,000 x 0.30
        (Usage(input=100_000, cache_read=80_000), [BATCH, CLAUDE], Decimal("0.054")),
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
        (TokenKind.INPUT, 299_997, Decimal("1.5"), TokenKind.INPUT, "batch", None),
        (TokenKind.CACHE_READ, 1, Decimal("0.6"), TokenKind.CACHE_READ, "standard", 200_000),
        (TokenKind.CACHE_WRITE_1H, 2, Decimal(6), TokenKind.CACHE_WRITE_1H, "standard", None),
        (TokenKind.REASONING, 3, Decimal("7.5"), TokenKind.OUTPUT, "batch", None),
    ]


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ({"input": 5, "cache_read": 3, "cache_write": 3}, "input"),
        ({"input": 5, "input_audio": 6}, "input"),
        ({"output": 1, "reasoning": 1, "output_audio": 1}, "output"),
        ({"cache_read": 1}, "input"),
    ],
)
def test_parts_are_not_more_than_their_whole(parts: dict[str, int], whole: str) -> None:
    with pytest.raises(InvalidParameters, match="is the whole") as refused:
        Usage(**parts)
    assert [fault.loc for fault in refused.value.faults] == [(whole,)]


@pytest.mark.parametrize("tokens", [-1, MAX_TOKENS + 1])
def test_a_count_has_bounds(tokens: int) -> None:
    with pytest.raises(InvalidParameters, match="between 0 and"):
        Usage(output=tokens)


COUNTS = st.integers(min_value=0, max_value=MAX_TOKENS // 8)
PRICES = st.decimals(min_value=0, max_value=10_000, places=12)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    parts = {kind.value: draw(COUNTS) for kind in TokenKind}
    parts["input"] += sum(parts[name] for name in ("cache_read", "cache_write", "cache_write_1h", "input_audio"))
    parts["output"] += sum(parts[name] for name in ("reasoning", "output_audio"))
    return Usage(**parts)


@given(usages(), st.fixed_dictionaries({kind.value: PRICES for kind in TokenKind}))
def test_sums_are_exact_to_the_last_digit(usage: Usage, prices: dict[str, Decimal]) -> None:
    lines = charges(usage, [Service("standard", Rates(**prices))])
    exact = sum((Fraction(prices[line.kind]) * line.tokens / 10**6 for line in lines), Fraction())
    assert Fraction(total(lines) or Decimal(0)) == exact


@given(usages())
def test_every_token_is_charged_once(usage: Usage) -> None:
    assert sum(tokens for _, tokens in usage.charged()) == usage.input + usage.output


@given(st.integers(min_value=0, max_value=10**18), PRICES)
def test_a_line_is_exact_for_any_number_of_requests(tokens: int, rate: Decimal) -> None:
    assert Fraction(cost_of(tokens, rate)) == Fraction(rate) * tokens / 10**6
