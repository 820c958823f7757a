from __future__ import annotations

from decimal import Decimal

from llmanac.domain.pricing import Price, PriceState, Rates, Service, Tier
from llmanac.pages.views.model import rank, rates

from ..conftest import MakeOffer


def test_hosts_are_ranked_by_price_and_the_unpriced_come_last(make_offer: MakeOffer) -> None:
    offers = [
        make_offer("unknown", input=None, output=None, state=PriceState.UNKNOWN),
        make_offer("in a plan", input="0", output="0", state=PriceState.IN_PLAN),
        make_offer("dear", output="9"),
        make_offer("own", output="3", first_party=True),
        make_offer("alike", output="3"),
        make_offer("free", input="0", output="0", state=PriceState.FREE),
    ]
    ranked = rank(offers, own=offers[2])
    assert [(it.place, it.offer.model) for it in ranked] == [
        (1, "free"),
        (2, "own"),
        (3, "alike"),
        (4, "dear"),
        (None, "in a plan"),
        (None, "unknown"),
    ]
    assert [it.offer.model for it in ranked if it.is_own] == ["dear"]


def test_every_known_rate_is_listed_with_its_tier_and_service() -> None:
    price = Price(
        Rates(input=Decimal(2), cache_read=Decimal("0.2")),
        (Tier(200_000, Rates(input=Decimal(4))),),
        PriceState.KNOWN,
        (Service("batch", Rates(input=Decimal(1))),),
    )
    assert rates(price) == [
        ("", [("Input", "$2.00"), ("Cached input", "$0.20")]),
        ("Above 200,000 tokens", [("Input", "$4.00")]),
        ("Batch", [("Input", "$1.00")]),
    ]
