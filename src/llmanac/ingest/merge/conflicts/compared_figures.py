"""The figures that are compared between sources: every rate, and the limits of context and output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from llmanac.domain.pricing import RATE_NAMES, PriceState
from llmanac.domain.records import Offer
from llmanac.ingest.decode.figure_history import figures_of
from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.conflicts.causes import Figure, is_same


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """A figure that is compared: its served value, and how to read it from a source's claims."""

    name: str
    field: str
    """The field of ModelClaims that it is in."""
    is_price: bool
    served: Callable[[Offer], Figure | None]
    read: Callable[[ModelClaims], Figure | None]
    agree: Callable[[Offer, Figure], bool]
    """Returns True if the served value and another claim agree."""

    def is_claimed(self, claims: ModelClaims) -> bool:
        """Returns True if a source claims it."""
        return self.read(claims) is not None


def served_rate(offer: Offer, name: str) -> Decimal | None:
    """The rate that is served of an offer; 0 for one that a plan includes."""
    rate: Decimal | None = getattr(offer.price.rates, name)
    if rate is None and offer.price.state is PriceState.IN_PLAN and name in {"input", "output"}:
        return Decimal(0)  # as the feed states it; the price's state says that the plan includes it
    return rate


def _context_of(claims: ModelClaims) -> int | None:
    """The context that a source claims, or its input limit where it claims no context."""
    return claims.limits.context or claims.limits.input


def _rate(name: str) -> ComparedFigure:
    def served(offer: Offer) -> Decimal | None:
        return served_rate(offer, name)

    def read(claims: ModelClaims) -> Decimal | None:
        rate: Decimal | None = getattr(figures_of(claims), name)
        return rate

    def agree(offer: Offer, stated: Figure) -> bool:
        rate = served_rate(offer, name)
        return rate is not None and is_same(rate, stated)

    return ComparedFigure(name=name, field="cost", is_price=True, served=served, read=read, agree=agree)


FIGURES = (
    *map(_rate, RATE_NAMES),
    ComparedFigure(
        name="context",
        field="limits",
        is_price=False,
        served=attrgetter("limits.context"),
        read=_context_of,
        # Another source may state the host's input limit as the context.
        agree=lambda offer, stated: stated in {offer.limits.context, offer.limits.input},
    ),
    ComparedFigure(
        name="max_output",
        field="limits",
        is_price=False,
        served=attrgetter("limits.output"),
        read=attrgetter("limits.output"),
        agree=lambda offer, stated: stated == offer.limits.output,
    ),
)

BY_NAME = {figure.name: figure for figure in FIGURES}
