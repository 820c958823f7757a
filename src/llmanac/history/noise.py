"""Prices that tremble: exchange rates and rounding move them by parts of a percent, day by day.

A move within the threshold is not told. It is remembered, though, by the price that was last told, so that many
small moves in one direction are told as soon as they come to more than the threshold together.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import RATE_NAMES, Rates

THRESHOLD = Decimal("0.01")
"""Of the larger price."""


def has_moved(before: Decimal | None, after: Decimal | None) -> bool:
    """More than noise. To and from unknown, and to and from zero, always is."""
    if before is None or after is None:
        return before is not after
    return abs(after - before) > THRESHOLD * max(before, after)


def have_moved(before: Rates, after: Rates) -> bool:
    """Any of the rates has."""
    return before != after and any(has_moved(getattr(before, name), getattr(after, name)) for name in RATE_NAMES)


def untold_after(before: CatalogData, after: CatalogData, *, untold: Mapping[str, Rates]) -> dict[str, Rates]:
    """By offer id, the rates that were last told, where they differ from those of ``after``.

    ``untold`` is the same as it was with ``before``.
    """
    earlier = {offer.id: offer.price.rates for offer in before.offers}
    result = {}
    for offer in after.offers:
        told = untold.get(offer.id) or earlier.get(offer.id)
        if told is not None and told != offer.price.rates and not have_moved(told, offer.price.rates):
            result[offer.id] = told
    return result
