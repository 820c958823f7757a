"""Finds conflicts: two claims of one figure of an offer that differ, and the likely cause.

``ingest.merge.precedence`` decides which of them is served. Nothing is averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from statistics import median

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import RATE_NAMES, PriceState
from llmanac.domain.records import Offer
from llmanac.ingest.conflicts.causes import SAME, Cause, Disagreement, Figure, cause_of, is_near, is_same
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.layer import ModelClaims, SourceClaims
from llmanac.ingest.merge.precedence import rule_of, served_by

FEWEST_FOR_A_RATE = 3
"""Minimum number of a host's offers whose prices differ by one factor, for it to be an exchange rate."""
MOST_APART = Decimal("1.25")
"""Maximum exchange rate between the currencies that hosts bill in."""
AGREEING = 0.75
"""Minimum share of a host's differing prices that are near the exchange rate."""


def _served_rate(offer: Offer, name: str) -> Decimal | None:
    rate: Decimal | None = getattr(offer.price.rates, name)
    if rate is None and offer.price.state is PriceState.IN_PLAN and name in {"input", "output"}:
        return Decimal(0)  # as the feed states it; the price's state says that the plan includes it
    return rate


def _context_of(claims: ModelClaims) -> int | None:
    """The context that a source claims, or its input limit where it claims no context."""
    return claims.limits.context or claims.limits.input


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


def _rate(name: str) -> ComparedFigure:
    def served(offer: Offer) -> Decimal | None:
        return _served_rate(offer, name)

    def agree(offer: Offer, stated: Figure) -> bool:
        rate = _served_rate(offer, name)
        return rate is not None and is_same(rate, stated)

    return ComparedFigure(
        name=name, field="cost", is_price=True, served=served, read=attrgetter(f"rates.{name}"), agree=agree
    )


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


@dataclass(frozen=True, slots=True)
class ClaimedFigure:
    """A figure, and the source that claims it."""

    source: str
    value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two claims of one figure of an offer."""

    offer: str
    provider: str
    base: str
    litellm_id: str
    field: str
    """A rate, in USD per million tokens; or ``context`` or ``max_output``, in tokens."""
    served: ClaimedFigure
    other: ClaimedFigure
    cause: Cause
    rule: str
    """Why the served one is."""

    @property
    def claims(self) -> tuple[ClaimedFigure, ClaimedFigure]:
        """Both claims, the served one first."""
        return (self.served, self.other)

    @property
    def ratio(self) -> float | None:
        """The other figure over the served one; None where either is zero."""
        served, other = self.served.value, self.other.value
        return float(other) / float(served) if served and other else None


def find_conflicts(
    catalog: CatalogData,
    claims: Mapping[str, tuple[SourceClaims, ...]],
    *,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> tuple[Conflict, ...]:
    """Find every conflict, by offer in the catalog's order and then by field.

    ``claims`` are the claims of each offer, by its id, in the order of the sources.
    """
    cases = [case for offer in catalog.offers for case in _cases(offer, claims.get(offer.id, ()), sources)]
    rates = _exchange_rates(cases)
    return tuple(
        Conflict(
            offer=case.offer.id,
            provider=case.offer.provider,
            base=case.offer.base,
            litellm_id=case.offer.litellm.id if case.offer.litellm else case.claims.claims.id,
            field=case.field,
            served=ClaimedFigure(case.served_by, case.served),
            other=ClaimedFigure(case.claims.source, case.other),
            cause=cause_of(replace(case, exchange_rate=rates.get(case.offer.provider))),
            rule=rule_of(sources[case.served_by], sources[case.claims.source]),
        )
        for case in cases
    )


def _cases(
    offer: Offer, claims: tuple[SourceClaims, ...], sources: Mapping[str, SourceFormat]
) -> Iterator[Disagreement]:
    if len(claims) < 2:  # noqa: PLR2004 -- it takes two to differ
        return
    for figure in FIGURES:
        served = figure.served(offer)
        if not served and not figure.is_price:
            continue
        if served is None:
            continue
        stated = [(it, value) for it in claims if (value := figure.read(it.claims)) is not None]
        differing = [(it, value) for it, value in stated if value != served and not figure.agree(offer, value)]
        if not differing:
            continue
        by = served_by(claims, figure.field, sources, states=figure.is_claimed)
        for other, value in differing:
            if other is not by:
                yield Disagreement(offer, other, figure.name, by.source, served, value)


def _exchange_rates(cases: Iterable[Disagreement]) -> dict[str, Decimal]:
    """The factor by which nearly all differing prices of a host differ, by host."""
    by_host: defaultdict[str, list[Disagreement]] = defaultdict(list)
    for case in cases:
        if case.is_price and case.ratio is not None and case.field in {"input", "output"}:
            by_host[case.offer.provider].append(case)
    return {host: rate for host, found in by_host.items() if (rate := _exchange_rate(found)) is not None}


def _exchange_rate(cases: list[Disagreement]) -> Decimal | None:
    rate = median(case.ratio for case in cases if case.ratio is not None)
    is_plausible = abs(rate - 1) > SAME and max(rate, 1 / rate) < MOST_APART
    agreeing = [case for case in cases if is_near(case, rate)]
    if not is_plausible or len({case.offer.id for case in agreeing}) < FEWEST_FOR_A_RATE:
        return None
    return rate if len(agreeing) >= AGREEING * len(cases) else None
