"""Where models.dev and LiteLLM speak of the same offer and disagree: both figures, and the likely cause.

The rule is one for all: models.dev states what each host lists, so its figure is served; LiteLLM's stays beside it.
Nothing is averaged, and what models.dev leaves unknown is not filled in from LiteLLM.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import RATE_NAMES, PriceState
from llmanac.domain.records import Limits, Offer
from llmanac.ingest.conflicts.causes import SAME, Cause, Disagreement, Figure, cause_of, is_near, is_same
from llmanac.ingest.decode import modelsdev
from llmanac.ingest.decode.litellm import LiteLLMRow

RULE = "models.dev states what each host lists, so its figure is served; LiteLLM's stays beside it."

FEWEST_FOR_A_RATE = 3
"""Offers of a host whose prices must differ before they can show an exchange rate."""
MOST_APART = Decimal("1.25")
"""Exchange rates among the currencies that hosts bill in lie nearer to 1 than this."""
AGREEING = 0.75
"""The share of a host's differing prices that must be near one rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two sources, one offer, one field, two figures."""

    offer: str
    provider: str
    base: str
    litellm_id: str
    field: str
    """A rate, in USD per million tokens; or ``context`` or ``max_output``, in tokens."""
    models_dev: Figure
    litellm: Figure
    cause: Cause
    served: str = modelsdev.SOURCE
    rule: str = RULE

    @property
    def ratio(self) -> float | None:
        """LiteLLM's figure over models.dev's; None where either is zero."""
        return float(self.litellm) / float(self.models_dev) if self.models_dev and self.litellm else None


def find_conflicts(catalog: CatalogData, rows: Mapping[str, LiteLLMRow]) -> tuple[Conflict, ...]:
    """Every conflict, by offer in the catalog's order and then by field. ``rows`` are LiteLLM's, by offer id."""
    cases = [case for offer in catalog.offers if (row := rows.get(offer.id)) is not None for case in _cases(offer, row)]
    rates = _exchange_rates(cases)
    return tuple(
        Conflict(
            offer=case.offer.id,
            provider=case.offer.provider,
            base=case.offer.base,
            litellm_id=case.offer.litellm.id if case.offer.litellm else case.row.id,
            field=case.field,
            models_dev=case.models_dev,
            litellm=case.litellm,
            cause=cause_of(replace(case, exchange_rate=rates.get(case.offer.provider))),
        )
        for case in cases
    )


def _cases(offer: Offer, row: LiteLLMRow) -> Iterator[Disagreement]:
    for name in RATE_NAMES:
        stated, other = getattr(offer.price.rates, name), getattr(row.rates, name)
        if stated is None and offer.price.state is PriceState.IN_PLAN and name in {"input", "output"}:
            stated = Decimal(0)  # what the feed says; that nothing is asked beyond the plan is the state's to tell
        if stated is not None and other is not None and not is_same(stated, other):
            yield Disagreement(offer, row, name, stated, other)
    if offer.limits.context and row.limits.input and not _is_same_context(offer.limits, row.limits.input):
        yield Disagreement(offer, row, "context", offer.limits.context, row.limits.input)
    if offer.limits.output and row.limits.output and offer.limits.output != row.limits.output:
        yield Disagreement(offer, row, "max_output", offer.limits.output, row.limits.output)


def _is_same_context(limits: Limits, largest_input: int) -> bool:
    """LiteLLM knows only how much may go in; where the host states that as well, it is what is meant."""
    return largest_input in {limits.context, limits.input}


def _exchange_rates(cases: Iterable[Disagreement]) -> dict[str, Decimal]:
    """By host, the factor by which nearly all of its differing prices differ."""
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
