"""Offers as tests of the pages need them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Limits, Offer

MakeOffer = Callable[..., Offer]


@pytest.fixture
def make_offer() -> MakeOffer:
    """Makes an offer of a model with these prices; None is unknown."""

    def make(
        model: str = "model",
        *,
        input: str | None = "1",  # noqa: A002 -- a rate
        output: str | None = "2",
        context: int | None = 128_000,
        state: PriceState = PriceState.KNOWN,
        **facts: Any,
    ) -> Offer:
        rates = Rates(
            input=None if input is None else Decimal(input), output=None if output is None else Decimal(output)
        )
        defaults: dict[str, Any] = {"provider": "host", "base": "model", "release_date": "2026-01-15"}
        return Offer(model=model, limits=Limits(context=context), price=Price(rates, state=state), **(defaults | facts))

    return make
