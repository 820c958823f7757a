"""Records come back from another process as they went, and in a form that holds nothing but their values."""

from __future__ import annotations

import pickle
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, Model, Offer, Provider, RouteKind

RATES = Rates(input=Decimal(1), output=Decimal("2.5"))
RECORDS = (
    RATES,
    Price(RATES, (Tier(200_000, RATES),), PriceState.KNOWN, (Service("batch", RATES),)),
    Limits(context=8_000),
    Modalities(("text", "image"), ("text",)),
    LiteLLMRoute(id="acme/one", kind=RouteKind.NATIVE, known=True, primary=False),
    Provider(id="acme", env=("ACME_API_KEY",)),
    Model(base="one", lab=None, family=None, release_date=None, popularity=0.5, offers=("acme/one",)),
    Offer(provider="acme", model="one", base="one", capabilities=(Capability.VISION,), price=Price(RATES)),
)


def travelled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 -- packed right here


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_as_it_went(record: object) -> None:
    assert travelled(record) == record


def test_what_two_records_share_is_shared_by_both_afterwards() -> None:
    first, second = travelled((Price(RATES), Price(RATES, state=PriceState.FREE)))

    assert first.rates is second.rates


def test_only_values_travel() -> None:
    assert RATES.__getstate__() == tuple(getattr(RATES, field.name) for field in fields(RATES))
