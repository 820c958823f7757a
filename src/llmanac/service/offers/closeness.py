"""Closeness: how far another model is from one whose place it could take.

The distance is a sum, rounded to half a step, of

- the doublings between the costs of a workload at both, at most ``FARTHEST``: models of about one price compete;
- the doublings between the numbers of parameters, where both names state one, at most ``FARTHEST``;
- the years by which it was released earlier;
- ``PER_LINE`` for a model of another line than the model's own, and those in which its lab goes on with that;
- ``PER_POPULARITY`` for a model that no neutral host carries, and less the more of them do;
- ``PER_LACK`` for each capability that the model has, and it lacks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from math import log2
from typing import NamedTuple

from llmanac.domain.dates import last_day_of
from llmanac.domain.naming import parameters_of
from llmanac.domain.records import Model, Offer
from llmanac.service.offers.succession import lines_after, place_of

FARTHEST = 6.0
PER_LINE = 1.0
PER_POPULARITY = 2.0
PER_LACK = 0.5
STEP = 0.5
DAYS_A_YEAR = 365.25


class ModelTraits(NamedTuple):
    """The traits of a model that count for its distance from another."""

    line: str
    parameters: float | None
    """Billions; None where its name does not say."""
    released: date | None
    popularity: float
    """The share of neutral hosts that carry it, 0 to 1."""


def traits_of(model: Model, *, released: str | None = None) -> ModelTraits:
    """The traits of a model; ``released`` is the date of an offer, which counts where the model has none."""
    known = model.release_date or released
    return ModelTraits(
        place_of(model.base).line,
        parameters_of(model.base),
        last_day_of(known) if known else None,
        model.popularity,
    )


def apart(model: ModelTraits, other: ModelTraits) -> float:
    """The part of the distance of another model that its traits make."""
    lines = {model.line, *lines_after(model.line)}
    return (
        doublings(model.parameters, other.parameters)
        + years_earlier(model, other)
        + (0.0 if other.line in lines else PER_LINE)
        + PER_POPULARITY * (1 - other.popularity)
    )


def years_earlier(model: ModelTraits, other: ModelTraits) -> float:
    """The years by which another model was released earlier; 0 where it was not, or a date is unknown."""
    if model.released is None or other.released is None:
        return 0.0
    return max(0.0, (model.released - other.released).days / DAYS_A_YEAR)


def doublings(one: float | None, other: float | None) -> float:
    """The doublings between two numbers, at most FARTHEST; 0 where one is not known."""
    if one is None or other is None or one == other:
        return 0.0
    return min(FARTHEST, abs(log2(other / one))) if one and other else FARTHEST


def lacking(lacks: Collection[str]) -> float:
    """The part of the distance of what lacks these."""
    return PER_LACK * len(lacks)


def rounded(distance: float) -> float:
    """A distance in steps."""
    return round(distance / STEP) * STEP


def beyond(offer: Offer, other: Offer) -> tuple[str, ...]:
    """The capabilities that an offer has and another lacks, and ``context`` where its own is longer."""
    found = tuple([it.value for it in offer.capabilities if it not in other.capabilities])
    context, others = offer.limits.context, other.limits.context
    return (*found, "context") if context is not None and others is not None and context > others else found
