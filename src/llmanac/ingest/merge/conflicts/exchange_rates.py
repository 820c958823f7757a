"""Finds exchange rates: factors by which the prices of an offer, or of a host, differ between two sources.

A host that bills in euros has other prices in dollars with every source, and with every month: hardly any of them is
equal, but for offers whose rates differ by exactly one factor. A round one, such as 0.8, is a new price instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from llmanac.ingest.merge.conflicts.causes import REGIONAL_HOSTS, SAME, Disagreement, is_near

FEWEST_OF_AN_OFFER = 2
"""Minimum number of an offer's rates that differ by one factor, for it to be an exchange rate."""
FEWEST_OF_A_HOST = 3
"""The same of a host's rates."""
LEAST, MOST = Decimal("0.75"), Decimal("1.25")
"""Bounds of the exchange rates between the currencies that hosts bill in, as far as they are not written as yuan."""
AGREEING = Decimal("0.75")
"""Minimum share of a host's differing rates that are near the exchange rate."""
ROUND_STEP = Decimal("0.05")
EXACT = Decimal("0.0005")
"""Maximum difference of a factor from a round one, for it to be that one."""


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """The exchange rates of some disagreements."""

    by_offer: dict[str, Decimal]
    by_host: dict[str, Decimal]

    @classmethod
    def of(cls, cases: Iterable[Disagreement], *, equal: Mapping[str, int]) -> ExchangeRates:
        """The exchange rates that explain these disagreements.

        ``equal`` is the number of prices on which the sources agree, by host.
        """
        by_offer: defaultdict[str, list[Disagreement]] = defaultdict(list)
        by_host: defaultdict[str, list[Disagreement]] = defaultdict(list)
        for case in cases:
            if case.is_price and case.ratio is not None and not case.offer.provider.startswith(REGIONAL_HOSTS):
                by_offer[case.offer.id].append(case)
                by_host[case.offer.provider].append(case)
        foreign = {host for host, it in by_host.items() if len(it) >= equal.get(host, 0)}
        return cls(
            {
                id_: rate
                for id_, it in by_offer.items()
                if (it[0].offer.provider in foreign or _is_one_factor(it))
                and (rate := _rate(it, fewest=FEWEST_OF_AN_OFFER, share=1))
            },
            {
                host: rate
                for host, it in by_host.items()
                if host in foreign and (rate := _rate(it, fewest=FEWEST_OF_A_HOST, share=AGREEING))
            },
        )

    def rate(self, case: Disagreement) -> Decimal | None:
        """The exchange rate of an offer, else that of its host; None where there is none."""
        return self.by_offer.get(case.offer.id) or self.by_host.get(case.offer.provider)


def _is_one_factor(cases: Iterable[Disagreement]) -> bool:
    """Returns True if the rates of an offer differ by exactly one factor: this one is billed in another currency."""
    ratios = [case.ratio for case in cases if case.ratio is not None]
    return max(ratios) / min(ratios) - 1 <= EXACT


def _rate(cases: Sequence[Disagreement], *, fewest: int, share: Decimal | int) -> Decimal | None:
    rate = median(case.ratio for case in cases if case.ratio is not None)
    agreeing = [case for case in cases if is_near(case, rate)]
    if len(agreeing) < max(fewest, share * len(cases)) or not LEAST <= rate <= MOST or abs(rate - 1) <= SAME:
        return None
    return None if _is_round(rate) or _is_round(1 / rate) else rate


def _is_round(factor: Decimal) -> bool:
    rounded = (factor / ROUND_STEP).to_integral_value() * ROUND_STEP
    return abs(factor / rounded - 1) <= EXACT
