"""Estimates of workloads, and their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.pricing import Fee, Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Limits, Offer
from llmanac.domain.usage import TokenKind, Usage
from llmanac.errors import InvalidParameters, NotFound
from llmanac.ingest.merge.build import Build
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.estimate import WarningCode, estimate
from llmanac.service.offers.estimator import EstimateRanking, rank
from llmanac.service.offers.rate_cards import RateCard, RateCards, rate_card_of
from llmanac.service.offers.workload import Workload

from ..conftest import MakeBuild

BATCH = Service("batch", Rates(input=Decimal("1.5"), output=Decimal("7.5")))


def offer(model: str = "one", *, price: Price, **facts: Any) -> Offer:
    return Offer(provider="acme", model=model, base=model, price=price, **facts)


def card_of(offer: Offer) -> RateCard:
    return rate_card_of(offer.price)


def rank_all(build: Build, work: Workload, *, offset: int = 0, limit: int | None = None) -> EstimateRanking:
    offers = build.catalog.offers
    return rank(range(len(offers)), work, offers=offers, rates=RateCards.of(build), offset=offset, limit=limit)


def known(input_price: str | None, output_price: str | None, *tiers: Tier, **rates: str) -> Price:
    sides = {"input": input_price, "output": output_price, **rates}
    return Price(Rates(**{side: Decimal(it) for side, it in sides.items() if it is not None}), tiers, PriceState.KNOWN)


def test_requests_multiply_and_a_share_of_them_goes_in_batches() -> None:
    one = offer(price=replace(known("3", "15"), services=(BATCH,)))
    work = Workload(tokens=Usage(input=1_000, output=100), requests=1_000, batch_share=Decimal("0.25"))
    found = estimate(one, work, card_of(one))
    # 750 x (1,000 x 3 + 100 x 15) + 250 x (1,000 x 1.5 + 100 x 7.5), per million
    assert found.total == Decimal("3.9375")
    assert [(it.service, it.kind, int(it.tokens), it.amount) for it in found.lines] == [
        ("standard", TokenKind.INPUT, 750_000, Decimal("2.25")),
        ("standard", TokenKind.OUTPUT, 75_000, Decimal("1.125")),
        ("batch", TokenKind.INPUT, 250_000, Decimal("0.375")),
        ("batch", TokenKind.OUTPUT, 25_000, Decimal("0.1875")),
    ]
    assert found.services == ("batch",)


def test_where_no_batch_has_a_price_it_costs_as_the_rest_and_says_so() -> None:
    one = offer(price=known("3", "15"))
    found = estimate(one, Workload(tokens=Usage(input=1_000_000), batch_share=Decimal(1)), card_of(one))
    assert found.total == 3
    assert [(it.service, it.rate_service) for it in found.lines] == [("batch", "standard")]


def test_another_service_has_its_own_rates(make_build: MakeBuild) -> None:
    fast = Service("fast", Rates(input=Decimal(6), output=Decimal(30)), (Tier(10, Rates(input=Decimal(9))),))
    one = offer(price=Price(Rates(input=Decimal(3), output=Decimal(15)), (), PriceState.KNOWN, (fast,)))
    build = make_build(one)
    work = Workload(tokens=Usage(input=1_000, output=1_000), service="fast")
    assert estimate(one, work, card_of(one)).total == Decimal("0.039")
    assert RateCards.of(build).services == {"standard", "fast"}


@pytest.mark.parametrize(
    ("price", "total", "reason"),
    [
        (Price(Rates(input=Decimal(0), output=Decimal(0)), (), PriceState.FREE), Decimal(0), None),
        (Price(Rates(), (), PriceState.IN_PLAN), None, "A plan includes this model: it has no price per token."),
        (Price(Rates(), (), PriceState.VARIABLE), None, "A router: the price is that of the model which it chooses."),
        (Price(Rates(), (), PriceState.UNKNOWN), None, "No source knows a price."),
        (known("1", None), None, "The price of output tokens is unknown."),
        (known(None, "1"), None, "The price of cache_read and input tokens is unknown."),
    ],
)
def test_free_is_0_and_unknown_is_not(price: Price, total: Decimal | None, reason: str | None) -> None:
    one = offer(price=price)
    found = estimate(one, Workload(tokens=Usage(input=10, cache_read=5, output=1)), card_of(one))
    assert (found.total, found.reason, found.price_state) == (total, reason, price.state)


@pytest.mark.parametrize(
    ("price", "requests", "unlimited"),
    [
        (known("3", "15"), 33_333, False),
        (known("3000000", "15000000"), 0, False),
        (Price(Rates(input=Decimal(0), output=Decimal(0)), (), PriceState.FREE), None, True),
        (Price(Rates(), (), PriceState.IN_PLAN), None, False),
        (known("3", None), None, False),
    ],
)
def test_a_budget_pays_for_so_many_such_requests(price: Price, requests: int | None, *, unlimited: bool) -> None:
    """1,000 x 3 + 0 x 15 = 0.003 USD each, of 100 USD."""
    work = Workload(tokens=Usage(input=1_000, output=1), requests=7, budget=Decimal(100))
    work = replace(work, tokens=Usage(input=1_000, output=0 if price.rates.output else 1))
    one = offer(price=price)
    found = estimate(one, work, card_of(one)).budget
    assert found is not None
    assert (found.budget, found.requests, found.unlimited) == (Decimal(100), requests, unlimited)


def test_a_budget_pays_for_the_mix_of_the_workload() -> None:
    one = offer(price=replace(known("3", "15"), services=(BATCH,)))
    work = Workload(tokens=Usage(input=1_000_000), requests=2, batch_share=Decimal("0.5"), budget=Decimal(9))
    found = estimate(one, work, card_of(one))
    assert found.budget is not None
    assert (found.total, found.budget.requests) == (Decimal("4.5"), 4)
    assert estimate(one, replace(work, budget=None), card_of(one)).budget is None


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        (Limits(), None),
        (Limits(context=110), True),
        (Limits(context=109), False),
        (Limits(context=1_000, output=9), False),
        (Limits(context=1_000, input=99), False),
        (Limits(output=9), False),
        (Limits(context=110, output=10, input=100), True),
    ],
)
def test_a_request_fits_or_not(limits: Limits, *, fits: bool | None) -> None:
    one = offer(price=known("1", "1"), limits=limits)
    found = estimate(one, Workload(tokens=Usage(input=100, output=10)), card_of(one))
    assert found.fits is fits


TIERED = known("2", "8", Tier(200_000, Rates(input=Decimal(4), output=Decimal(12))))
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        (Limits(), []),
        (Limits(context=500_000, output=2_000), []),
        (Limits(context=500_000, output=999), [WarningCode.EXCEEDS_OUTPUT]),
        (Limits(context=300_500), [WarningCode.EXCEEDS_CONTEXT]),
        (Limits(context=250_000), [WarningCode.EXCEEDS_CONTEXT, WarningCode.TOTALS_AS_ONE_REQUEST]),
        (Limits(context=500_000, input=272_000), [WarningCode.EXCEEDS_CONTEXT, WarningCode.TOTALS_AS_ONE_REQUEST]),
    ],
)
def test_what_does_not_fit_is_a_warning(limits: Limits, codes: list[WarningCode]) -> None:
    one = offer(price=TIERED, limits=limits)
    found = estimate(one, Workload(tokens=Usage(input=300_000, output=1_000), at=NOON), card_of(one))
    assert [it.code for it in found.warnings] == codes
    assert all(it.detail.endswith(".") for it in found.warnings)


def test_totals_given_as_one_request_are_charged_below_any_tier() -> None:
    one = offer(price=TIERED, limits=Limits(context=1_000_000))
    totals = Usage(input=10_000_000, output=100_000)
    found = estimate(one, Workload(tokens=totals), card_of(one))
    # 10,000,000 x 2 + 100,000 x 8
    assert (found.total, {line.above for line in found.lines}) == (Decimal("20.8"), {None})
    # Two requests are no totals: each is as large as it says, and does not fit
    each = estimate(one, Workload(tokens=totals, requests=2), card_of(one))
    assert (each.total, [it.code for it in each.warnings]) == (Decimal("82.4"), [WarningCode.EXCEEDS_CONTEXT])


@pytest.mark.parametrize(
    ("last_day", "code"),
    [
        ("2026-11-26", WarningCode.RETIRED),
        ("2026-11-27", WarningCode.RETIRES_SOON),
        ("2026-11", WarningCode.RETIRES_SOON),
        ("2027-02-25", WarningCode.RETIRES_SOON),
        ("2027-02-26", None),
    ],
)
def test_what_ends_soon_is_a_warning_that_says_whose_date_it_is(last_day: str, code: WarningCode | None) -> None:
    one = offer(price=known("1", "1"), lifecycle=Lifecycle(retires_on=LifecycleDate(last_day, "litellm")))
    found = estimate(one, Workload(tokens=Usage(input=1), at=NOON), card_of(one))
    assert [it.code for it in found.warnings] == ([code] if code else [])
    assert all("According to LiteLLM, acme/one end" in it.detail and last_day in it.detail for it in found.warnings)


def test_what_is_deprecated_is_a_warning() -> None:
    one = offer(price=known("1", "1"), status="deprecated")
    found = estimate(one, Workload(tokens=Usage(input=1), at=NOON), card_of(one))
    assert [(it.code, it.detail) for it in found.warnings] == [(WarningCode.DEPRECATED, "acme/one is deprecated.")]


def test_a_fee_of_each_request_is_counted_and_other_fees_are_named() -> None:
    fees = (Fee("input_cost_per_request", "request", Decimal("0.005")), Fee("x", "search", Decimal("0.01")))
    one = offer(price=replace(known("1", "1"), fees=fees))
    found = estimate(one, Workload(tokens=Usage(input=1_000_000), requests=3), card_of(one))
    # 3 x 1,000,000 x 1 + 3 x 0.005
    assert found.total == Decimal("3.015")
    assert [(it.name, it.amount) for it in found.fees] == [("input_cost_per_request", Decimal("0.015"))]
    assert [(it.name, it.unit, it.price, it.amount) for it in found.not_counted] == [
        ("x", "search", Decimal("0.01"), None)
    ]


def test_what_has_a_price_per_image_alone_says_so() -> None:
    one = offer(price=Price(Rates(), fees=(Fee("output_cost_per_image", "image", Decimal("0.04")),)))
    found = estimate(one, Workload(tokens=Usage(input=1_000)), card_of(one))
    assert (found.total, found.reason) == (
        None,
        "No source knows a price per token; there are prices per image.",
    )


def test_an_hour_costs_what_the_lab_asks_where_a_host_passes_its_prices_on() -> None:
    lab = Rates(input=Decimal(5), cache_write=Decimal("6.25"), cache_write_1h=Decimal(10))
    passed_on = known("5", "25", cache_write="6.25")
    marked_up = known("5.5", "27.5", cache_write="6.875")
    its_own = known("5", "25", cache_write="5")
    hours = [rate_card_of(it, lab).services[0].rates.cache_write_1h for it in (passed_on, marked_up, its_own)]
    assert hours == [Decimal(10), Decimal(11), None]


def test_the_cheapest_that_fits_comes_first_and_the_unpriced_last(make_build: MakeBuild) -> None:
    offers = (
        offer("unpriced", price=Price(Rates())),
        offer("dear", price=known("9", "9")),
        offer("tight", price=known("1", "1"), limits=Limits(context=5)),
        offer("cheap", price=known("2", "2")),
        offer("as-cheap", price=known("2", "2")),
        offer("free", price=Price(Rates(input=Decimal(0), output=Decimal(0)), (), PriceState.FREE)),
    )
    work = Workload(tokens=Usage(input=100, output=10))
    ranking = rank_all(make_build(*offers), work)
    assert [it.id for it in ranking.models] == [
        "acme/free", "acme/cheap", "acme/as-cheap", "acme/dear", "acme/tight", "acme/unpriced",
    ]  # fmt: skip
    assert (ranking.total, ranking.priced) == (6, 5)
    assert [it.id for it in rank_all(make_build(*offers), work, offset=1, limit=2).models] == [
        "acme/cheap", "acme/as-cheap",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def embedded_rates(embedded_build: Build) -> RateCards:
    return RateCards.of(embedded_build)


@pytest.mark.slow
@given(
    tokens_in=st.integers(0, 10**6),
    tokens_out=st.integers(0, 10**5),
    requests=st.integers(1, 10**6),
    batch=st.decimals(0, 1, places=3),
    is_cached=st.booleans(),
)
def test_the_whole_catalog_is_in_order_whatever_the_work(
    embedded_build: Build,
    embedded_rates: RateCards,
    tokens_in: int,
    tokens_out: int,
    *,
    requests: int,
    batch: Decimal,
    is_cached: bool,
) -> None:
    tokens = Usage(input=tokens_in, cache_read=tokens_in // 2 if is_cached else 0, output=tokens_out)
    work = Workload(tokens=tokens, requests=requests, batch_share=batch)
    offers = embedded_build.catalog.offers
    numbers = range(0, len(offers), 101)
    ranking = rank(numbers, work, offers=offers, rates=embedded_rates)
    assert len(ranking.models) == ranking.total == len(numbers)
    keys = [(it.total is None, it.fits is False, it.total or Decimal(0)) for it in ranking.models]
    assert keys == sorted(keys)
    for it in ranking.models:
        assert it.total is None or it.total == sum(line.amount or Decimal(0) for line in it.lines)


def test_named_offers_are_ranked_once_each_whatever_the_spelling(embedded_edition: Edition) -> None:
    work = Workload(tokens=Usage(input=1_000))
    ids = ["claude-sonnet-5", "anthropic/claude-sonnet-5", "gemini/gemini-3.5-flash-lite"]
    ranking = embedded_edition.services.estimator.rank_named(ids, work)
    assert sorted(it.id for it in ranking.models) == ["anthropic/claude-sonnet-5", "google/gemini-3.5-flash-lite"]
    with pytest.raises(NotFound):
        embedded_edition.services.estimator.rank_named(["zzz"], work)


def test_a_service_that_no_host_has_is_refused_by_name(embedded_edition: Edition) -> None:
    work = Workload(tokens=Usage(input=1_000), service="warp")
    with pytest.raises(InvalidParameters, match="No host has a price for the service 'warp'") as refused:
        embedded_edition.services.estimator.rank_matching(Query(), work)
    assert [fault.loc for fault in refused.value.faults] == [("service",)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("requests", 0), ("requests", 10**9 + 1), ("batch_share", Decimal("-0.1")), ("batch_share", Decimal("1.01"))],
)
def test_a_workload_out_of_bounds_is_refused_by_the_name_of_its_number(name: str, value: Any) -> None:
    with pytest.raises(InvalidParameters, match=f"{name} should be between") as raised:
        Workload(**{"tokens": Usage(input=1), name: value})
    assert [fault.loc for fault in raised.value.faults] == [(name,)]


@pytest.mark.parametrize("budget", ["0", "-1", "NaN", "Infinity", "1e13", "0.0000000000001", "1e-400"])
def test_a_budget_is_a_sum_above_0(budget: str) -> None:
    with pytest.raises(InvalidParameters, match="budget should be more than 0"):
        Workload(tokens=Usage(input=1), budget=Decimal(budget))
