from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates, Tier
from llmanac.domain.records import Limits, LiteLLMRoute, Modalities, Offer, RouteKind
from llmanac.ingest.layer import Cost, ModelClaims, SourceClaims
from llmanac.ingest.merge.conflicts.causes import EXPLANATIONS, Cause, is_mainland
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure, Conflict
from llmanac.ingest.merge.conflicts.find import find_conflicts

NO_LIMITS = Limits()
NATIVE_BASE = RouteKind.NATIVE_BASE


def rates(input: str | None, output: str | None) -> Rates:  # noqa: A002 -- a rate
    return Rates(input=Decimal(input) if input else None, output=Decimal(output) if output else None)


def offer(
    id: str = "acme/model",  # noqa: A002 -- an offer's
    prices: tuple[str | None, str | None] = ("3", "15"),
    *,
    state: PriceState = PriceState.KNOWN,
    tiers: tuple[Tier, ...] = (),
    primary: bool = True,
    kind: RouteKind = RouteKind.NATIVE,
    called: Offer | None = None,
    **changes: Any,
) -> Offer:
    """An offer; ``called`` is another one that LiteLLM calls by the same id."""
    provider, _, model = id.partition("/")
    route = called.litellm.id if called and called.litellm else id
    price = Price(rates(*prices), tiers, state)
    litellm = LiteLLMRoute(id=route, kind=kind, known=True, primary=primary)
    return Offer(provider=provider, model=model, base="model", price=price, litellm=litellm, **changes)


def row(
    prices: tuple[str | None, str | None] = ("3", "15"), *, limits: Limits = NO_LIMITS, tiers: tuple[Tier, ...] = ()
) -> ModelClaims:
    return ModelClaims(id="acme/model", cost=Cost(rates(*prices), tiers), limits=limits)


def listed(offer: Offer) -> SourceClaims:
    """The claims that the offer was made of."""
    cost = Cost(offer.price.rates, offer.price.tiers)
    return SourceClaims("models.dev", ModelClaims(id=offer.model, cost=cost, limits=offer.limits))


def conflicts(*pairs: tuple[Offer, ModelClaims]) -> tuple[Conflict, ...]:
    offers = [it for it, _ in pairs]
    return find_conflicts(offers, {it.id: (listed(it), SourceClaims("litellm", its)) for it, its in pairs})


def causes(*pairs: tuple[Offer, ModelClaims]) -> set[Cause]:
    return {it.cause for it in conflicts(*pairs)}


def only(offer: Offer, row: ModelClaims) -> Conflict:
    [conflict] = conflicts((offer, row))
    return conflict


def test_both_figures_are_told_and_that_of_models_dev_is_served() -> None:
    conflict = only(offer(prices=("3", "15")), row(prices=("3", "12")))

    assert conflict.field == "output"
    assert conflict.served == ClaimedFigure("models.dev", Decimal(15))
    assert conflict.other == ClaimedFigure("litellm", Decimal(12))
    assert conflict.ratio == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(("3", "15"), ("3.01", "15")), (("3", "15"), (None, None)), ((None, None), ("3", "15")), (("0", "0"), ("0", "0"))],
)
def test_prices_that_are_nearly_equal_or_known_to_one_alone_are_no_conflict(
    ours: tuple[str | None, str | None], theirs: tuple[str | None, str | None]
) -> None:
    assert conflicts((offer(prices=ours), row(prices=theirs))) == ()


@pytest.mark.parametrize("limits", [Limits(input=200_000), Limits(input=180_000), Limits(input=None)])
def test_litellm_s_input_is_the_context_or_the_input_limit(limits: Limits) -> None:
    ours = offer(limits=Limits(context=200_000, output=20_000, input=180_000))

    assert conflicts((ours, row(limits=limits))) == ()


TIER = Tier(200_000, Rates(input=Decimal(6)))


@pytest.mark.parametrize(
    ("ours", "theirs", "cause"),
    [
        (offer(prices=(None, None), state=PriceState.IN_PLAN), row(prices=("3", None)), Cause.PLAN),
        (offer(prices=("0", "0"), state=PriceState.FREE), row(prices=("3", None)), Cause.ZERO),
        (offer(prices=("3", None)), row(prices=("0", None)), Cause.ZERO),
        (offer(prices=("0.03", None)), row(prices=("15000", None)), Cause.UNIT_ERROR),
        (
            offer(prices=("0.3", "30"), modalities=Modalities(("text",), ("text", "image"))),
            row(prices=("0.3", "2.5")),
            Cause.MEDIA_OUTPUT,
        ),
        (offer(prices=("3", None), tiers=(TIER,)), row(prices=("6", None)), Cause.LONG_CONTEXT_TIER),
        (offer(prices=("6", None)), row(prices=("3", None), tiers=(TIER,)), Cause.LONG_CONTEXT_TIER),
        (offer(prices=("6", None), tiers=(TIER,)), row(prices=("4", None), tiers=(TIER,)), Cause.DRIFT),
        (offer("amazon-bedrock/jp.model", ("3", None)), row(prices=("3.3", None)), Cause.REGIONAL_UPLIFT),
        (offer("amazon-bedrock/model", ("3.3", None)), row(prices=("3", None)), Cause.REGIONAL_UPLIFT),
        (offer("acme/model", ("3", None)), row(prices=("3.3", None)), Cause.DRIFT),
        (offer("acme-cn/model", ("3", None)), row(prices=("9", None)), Cause.MAINLAND),
        (offer(primary=False, kind=NATIVE_BASE, prices=("3", None)), row(prices=("9", None)), Cause.OTHER_HOST),
        (offer(primary=False, prices=("3", None)), row(prices=("9", None)), Cause.DRIFT),
        (offer(prices=("3", None)), row(prices=("9", None)), Cause.DRIFT),
        *(
            (offer(limits=Limits(context=one)), row(limits=Limits(input=other)), Cause.ROUNDING)
            for one, other in (
                (128_000, 131_072),
                (131_072, 128_000),
                (262_144, 262_000),
                (1_048_576, 1_000_000),
                (1_050_000, 1_048_576),
                (200_000, 202_752),
                (65_536, 65_535),
            )
        ),
        *(
            (offer(limits=Limits(context=one)), row(limits=Limits(input=other)), Cause.INPUT_ONLY)
            for one, other in ((1_000_000, 991_808), (262_144, 258_048))
        ),
        *(
            (offer(limits=Limits(context=one)), row(limits=Limits(input=other)), Cause.DRIFT)
            for one, other in ((500_000, 524_288), (262_144, 204_800), (262_144, 131_072), (256_000, 258_048))
        ),
        (
            offer(limits=Limits(context=400_000, output=128_000)),
            row(limits=Limits(input=272_000, output=128_000)),
            Cause.INPUT_ONLY,
        ),
        (offer(limits=Limits(context=10_000_000)), row(limits=Limits(input=128_000)), Cause.DRIFT),
        (offer(limits=Limits(output=8_000)), row(limits=Limits(output=64_000)), Cause.DRIFT),
        (
            offer(limits=Limits(context=131_072, output=8_000)),
            row(limits=Limits(input=131_072, output=131_072)),
            Cause.OUTPUT_IS_CONTEXT,
        ),
        (
            offer(limits=Limits(output=8_000)),
            row(limits=Limits(input=160_000, output=160_000)),
            Cause.OUTPUT_IS_CONTEXT,
        ),
        (
            offer(limits=Limits(context=131_072, output=131_072)),
            row(limits=Limits(input=131_072, output=32_000)),
            Cause.OUTPUT_IS_CONTEXT,
        ),
    ],
)
def test_the_likely_cause(ours: Offer, theirs: ModelClaims, cause: Cause) -> None:
    assert only(ours, theirs).cause is cause


def test_one_factor_over_all_of_a_hosts_prices_is_an_exchange_rate() -> None:
    pairs = [(offer(f"acme/{it}", (f"{it}.11", None)), row(prices=(f"{it}", None))) for it in range(3, 6)]
    converted = [(offer(f"euro/{it}", (f"{it * 1.11:.2f}", None)), row(prices=(str(it), None))) for it in range(1, 6)]

    assert causes(*converted) == {Cause.CURRENCY}
    assert causes(*converted[:2]) == {Cause.DRIFT}
    assert Cause.CURRENCY not in causes(*pairs[:2], *converted[:1])


def test_one_factor_over_all_rates_of_an_offer_is_an_exchange_rate() -> None:
    assert causes((offer(prices=("0.468", "0.936")), row(prices=("0.4", "0.8")))) == {Cause.CURRENCY}
    assert causes((offer(prices=("0.468", "0.936")), row(prices=("0.4", "0.6")))) == {Cause.DRIFT}


@pytest.mark.parametrize("factor", ["0.8", "1.25", "1.1", "0.9", "0.5", "1.4"])
def test_a_round_factor_is_a_new_price_and_a_large_one_no_exchange_rate(factor: str) -> None:
    new = row(prices=(str(5 * Decimal(factor)), str(25 * Decimal(factor))))

    assert causes((offer(prices=("5", "25")), new)) == {Cause.DRIFT}


def test_a_host_with_which_most_prices_agree_bills_in_the_same_currency() -> None:
    agreed = [(offer(f"acme/{it}"), row()) for it in range(2)]

    assert causes(*agreed, (offer(prices=("0.468", "0.936")), row(prices=("0.4", "0.81")))) == {Cause.DRIFT}
    assert causes(*agreed, (offer(prices=("0.468", "0.936")), row(prices=("0.4", "0.8")))) == {Cause.CURRENCY}


def test_regions_have_other_prices_and_no_other_currency() -> None:
    regional = offer("amazon-bedrock/eu.model", ("0.374", "3.157"))

    assert causes((regional, row(prices=("0.429", "3.597")))) == {Cause.DRIFT}


MAINLAND = offer("acme-cn/model", ("3", "15"))
PLAN = offer("acme-plan/model", ("3", "15"), kind=NATIVE_BASE, primary=False)


@pytest.mark.parametrize(
    ("one", "cause"), [(MAINLAND, Cause.MAINLAND), (PLAN, Cause.OTHER_HOST)], ids=["mainland", "other host"]
)
def test_another_host_explains_nothing_where_it_states_the_same_figure(one: Offer, cause: Cause) -> None:
    theirs = row(prices=("1", "15"))
    different, same = offer("acme/model", ("2", "15"), called=one), offer("acme/model", ("3", "15"), called=one)

    assert causes((one, theirs), (different, row(prices=("2", "15")))) == {cause}
    assert causes((one, theirs), (same, row())) == {Cause.DRIFT}


def test_a_host_is_in_mainland_china_by_its_address_too() -> None:
    assert is_mainland("zhipuai", "https://open.bigmodel.cn/api/paas/v4")
    assert not is_mainland("acme", "https://api.acme.example/cn/v1")
    assert not is_mainland("acme", None)


def test_every_cause_is_explained() -> None:
    assert EXPLANATIONS.keys() == set(Cause)
