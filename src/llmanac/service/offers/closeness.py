"""Closeness: how far another model is from one whose place it could take.

The distance is a sum, rounded to half a step, of

- the doublings between the costs of a workload at both, at most ``FARTHEST``: models of about one price compete;
- ``PER_SIZE`` for each doubling between the numbers of parameters, or one where only the model's own name states one;
- the years by which it was released earlier, or ``UNKNOWN_AGE`` where its date is unknown;
- ``PER_LINE`` for a model of another line than the model's own, and those in which its lab goes on with that;
- ``PER_LAB`` for a model of another lab;
- ``PER_HOST`` for one that the model's own host does not have;
- ``PER_POPULARITY`` for one that no neutral host carries, and less the more of them do;
- ``PER_LACK`` for each capability that the model has, and it lacks;
- ``PER_CLOSED`` for one without open weights, where the model has them.

The successor of a model that ends, or is not listed any more, is at no distance.
"""

from __future__ import annotations

from datetime import date
from math import log2
from typing import NamedTuple

from llmanac.domain.dates import last_day_of
from llmanac.domain.naming import parameters_of
from llmanac.domain.records import Model, Offer
from llmanac.service.offers.succession import lines_after, place_of

FARTHEST = 6.0
UNKNOWN_AGE = 1.0
PER_SIZE = 0.5
PER_LINE = 0.5
PER_LAB = 0.5
PER_HOST = 0.5
PER_POPULARITY = 2.0
PER_LACK = 0.5
PER_CLOSED = 1.0
STEP = 0.5
DAYS_A_YEAR = 365.25


class ModelTraits(NamedTuple):
    """The traits of a model that count for its distance from another."""

    lab: str | None
    line: str
    parameters: float | None
    """Billions; None where its name does not say."""
    released: date | None
    popularity: float
    """The share of neutral hosts that carry it, 0 to 1."""


def traits_of(model: Model) -> ModelTraits:
    """The traits of a model."""
    released = last_day_of(model.release_date) if model.release_date else None
    return ModelTraits(model.lab, place_of(model.base).line, parameters_of(model.base), released, model.popularity)


class Closeness:
    """Measures the distance of other models from one."""

    def __init__(self, offer: Offer, traits: ModelTraits, *, cost: float | None) -> None:
        """``cost`` is that of a workload at the model; None where it is unknown, and does not count."""
        self._offer = offer
        self._traits = traits
        self._cost = cost
        self._lines = frozenset({traits.line, *lines_after(traits.line)})

    def at_least(self, other: ModelTraits, *, cost: float | None, is_at_host: bool) -> float:
        """The least distance of another model, before it is known what its offer lacks."""
        model = self._traits
        distance = doublings(self._cost, cost) + self.years_earlier(other) + PER_POPULARITY * (1 - other.popularity)
        if model.parameters is not None:
            distance += PER_SIZE * (1 if other.parameters is None else doublings(model.parameters, other.parameters))
        if other.line not in self._lines:
            distance += PER_LINE
        if other.lab is None or other.lab != model.lab:
            distance += PER_LAB
        return distance if is_at_host else distance + PER_HOST

    def lacking(self, other: Offer) -> float:
        """The rest of the distance of an offer: that of what it lacks."""
        is_closed = bool(self._offer.open_weights) and not other.open_weights
        return PER_LACK * len(beyond(self._offer, other)) + PER_CLOSED * is_closed

    def years_earlier(self, other: ModelTraits) -> float:
        """The years by which another model was released earlier; 0 where it was not."""
        if self._traits.released is None:
            return 0.0
        if other.released is None:
            return UNKNOWN_AGE
        return max(0.0, (self._traits.released - other.released).days / DAYS_A_YEAR)


def rounded(distance: float) -> float:
    """A distance in steps."""
    return round(distance / STEP) * STEP


def doublings(one: float | None, other: float | None) -> float:
    """The doublings between two numbers, at most FARTHEST; 0 where one is not known."""
    if one is None or other is None or one == other:
        return 0.0
    return min(FARTHEST, abs(log2(other / one))) if one and other else FARTHEST


def beyond(offer: Offer, other: Offer) -> tuple[str, ...]:
    """The capabilities that an offer has and another lacks, and ``context`` where its own is longer."""
    found = tuple([it.value for it in offer.capabilities if it not in other.capabilities])
    context, others = offer.limits.context, other.limits.context
    return (*found, "context") if context is not None and others is not None and context > others else found
