"""An offer with its rate card: the rates that hold for a request of a log, and what the tokens of many cost."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from llmanac.domain.charges import EXACT, applied_rates, cost_of
from llmanac.domain.peak_hours import Hours
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Offer
from llmanac.domain.usage import KINDS, charged_tokens
from llmanac.service.offers.estimate import UNPRICED, request_fees, window_of
from llmanac.service.offers.rate_cards import STANDARD, RateCard
from llmanac.service.offers.workload import charged_by
from llmanac.usage.record import NotPricedReason, UsageFault, UsageRecord


class RateVariant:
    """The rates of requests that have service, tier of the context and hours in common; compared by identity."""

    __slots__ = ("_fee", "_rates", "unknown")

    def __init__(self, rates: Sequence[Decimal | None], fee: Decimal) -> None:
        """``rates`` are by kind of token, in the order of TokenKind; ``fee`` is that of each request."""
        self._rates = rates
        self._fee = fee
        self.unknown = tuple([place for place, rate in enumerate(rates) if rate is None])
        """The places of the kinds whose rates are unknown."""

    def amount(self, counts: Sequence[int], requests: int) -> Decimal:
        """The cost in USD of requests with these counts together, which have no tokens of an unknown rate."""
        amount = EXACT.multiply(self._fee, Decimal(requests))
        for tokens, rate in zip(charged_tokens(counts), self._rates, strict=True):
            if tokens and rate is not None:
                amount = EXACT.add(amount, cost_of(tokens, rate))
        return amount

    def require_rates(self, counts: Sequence[int]) -> None:
        """Check that the rates of all tokens are known. Raises UsageFault."""
        charged = charged_tokens(counts)
        if missing := [KINDS[place].value for place in self.unknown if charged[place]]:
            detail = f"The price of {' and '.join(missing)} tokens is unknown."
            raise UsageFault(NotPricedReason.UNKNOWN_PRICE, detail)


class RatedOffer:
    """An offer of one edition, with its rate card."""

    __slots__ = ("_bounds", "_card", "_variants", "_window", "id", "provider")

    def __init__(self, offer: Offer, card: RateCard) -> None:
        self.id = offer.id
        self.provider = offer.provider
        self._card = card
        self._bounds = sorted({tier.above for service in card.services for tier in service.tiers})
        window = window_of(offer.limits)
        # Where tiers begin above what the model is said to take, it takes more than that.
        self._window = None if window is None or not self._bounds or self._bounds[-1] >= window else window
        self._variants: dict[tuple[int, str, Hours | None, bool], RateVariant] = {}

    def variant(self, record: UsageRecord) -> RateVariant:
        """The rates that hold for a request. Raises UsageFault where its price is unknown."""
        counts, service, _ = record.reading
        context, reasons = counts.input, counts.reasoning > 0
        hours = None if self._card.off_peak is None else self._card.off_peak.hours(record.at)
        key = (bisect_left(self._bounds, context) if self._bounds else 0, service, hours, reasons)
        variant = self._variants.get(key)
        if variant is None:
            self._variants[key] = variant = self._make(service, record.at, context, reasons=reasons)
        if self._window is not None and context > self._window:
            raise UsageFault(
                NotPricedReason.EXCEEDS_CONTEXT,
                f"The prompt has {context:,} tokens, and {self.id} takes at most {self._window:,}: these seem to be "
                "the totals of several requests, and the price depends on the size of each.",
            )
        if variant.unknown:
            variant.require_rates(counts)
        return variant

    def _make(self, service: str, at: datetime, context: int, *, reasons: bool) -> RateVariant:
        card = self._card
        if card.state in UNPRICED:
            raise UsageFault(NotPricedReason.UNKNOWN_PRICE, UNPRICED[card.state])
        if service != STANDARD and card.state is not PriceState.FREE:
            names = [it.name for it in card.services[1:]]
            if service not in names:
                known = f"; there are prices for {', '.join(names)}" if names else ""
                raise UsageFault(
                    NotPricedReason.UNKNOWN_SERVICE, f"No source knows its price by the service {service!r}{known}."
                )
        hours = None if card.off_peak is None else card.off_peak.hours(at)
        services = charged_by(service, card.services)
        rates = applied_rates(services, context=context, reasons=reasons, off_peak=card.off_peak, hours=hours)
        fee = sum((it.price for it in request_fees(card)), Decimal(0))
        return RateVariant([None if it is None else it.rate for it in rates], fee)
