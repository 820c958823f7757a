"""Filters price noise: exchange rates and rounding move prices by fractions of a percent every day.

A move within the threshold is not reported. The rates that were last reported are kept, though, so that many
small moves in one direction are reported once together they exceed the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import RATE_NAMES, Rates

THRESHOLD = Decimal("0.01")
"""The largest relative move that counts as noise, as a share of the larger price."""


def has_moved(before: Decimal | None, after: Decimal | None) -> bool:
    """Whether a price moved by more than noise. A move to or from unknown, or to or from zero, always did."""
    if before is None or after is None:
        return before is not after
    return abs(after - before) > THRESHOLD * max(before, after)


def have_moved(before: Rates, after: Rates) -> bool:
    """Whether any of the rates moved by more than noise."""
    return before != after and any(has_moved(getattr(before, name), getattr(after, name)) for name in RATE_NAMES)


def last_reported_after(
    before: CatalogData, after: CatalogData, *, last_reported: Mapping[str, Rates]
) -> dict[str, Rates]:
    """The rates that were last reported, by offer id, where those of ``after`` differ from them by mere noise.

    ``last_reported`` is this mapping as it stood after ``before``.
    """
    earlier = {offer.id: offer.price.rates for offer in before.offers}
    result = {}
    for offer in after.offers:
        reported = last_reported.get(offer.id) or earlier.get(offer.id)
        if reported is offer.price.rates:
            continue
        if reported is not None and reported != offer.price.rates and not have_moved(reported, offer.price.rates):
            result[offer.id] = reported
    return result
