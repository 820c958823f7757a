"""Estimate: the cost of a workload with one model at one host, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from llmanac.domain.charges import EXACT, Charge, charges, cost_of, total
from llmanac.domain.documented import ANSWER, Amount
from llmanac.domain.peak_hours import Hours
from llmanac.domain.pricing import REQUEST_UNITS, Fee, PriceState
from llmanac.domain.records import Limits, Offer
from llmanac.domain.usage import TokenKind, Usage
from llmanac.ingest.decode.sources import source_label
from llmanac.service.offers.rate_cards import RateCard
from llmanac.service.offers.successors import RETIRING_STATUSES
from llmanac.service.offers.workload import Workload, charged_by

UNPRICED = {
    PriceState.IN_PLAN: "A plan includes this model: it has no price per token.",
    PriceState.VARIABLE: "A router: the price is that of the model which it chooses.",
    PriceState.UNKNOWN: "No source knows a price.",
}
SOON = timedelta(days=90)
"""The time before its last day in which an estimate warns of it."""


class WarningCode(StrEnum):
    """A reason to doubt that the workload can be done as estimated."""

    EXCEEDS_CONTEXT = "exceeds_context"
    EXCEEDS_OUTPUT = "exceeds_output"
    TOTALS_AS_ONE_REQUEST = "totals_as_one_request"
    RETIRED = "retired"
    RETIRES_SOON = "retires_soon"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateWarning:
    """A warning about an estimate."""

    __pydantic_config__ = ANSWER

    code: WarningCode
    detail: str
    """The fault, and what to do about it, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateLine:
    """One line of the formula: tokens x rate / 1,000,000 = amount."""

    __pydantic_config__ = ANSWER

    kind: TokenKind
    service: str
    """The service of the requests of this line."""
    tokens: Amount
    """The tokens of all those requests together."""
    rate: Amount | None
    """USD per million tokens; null is unknown."""
    rate_of: TokenKind | None
    """The kind that the rate belongs to, itself or its stand-in: reasoning is mostly charged as output."""
    rate_service: str | None
    """The service that the rate belongs to; ``standard`` where the host has no price for the requested one."""
    above: int | None
    """The number of tokens of context above which the rate applies; null where it applies to any."""
    hours: Hours | None
    """The hours in which the rate applies; null where it applies in any."""
    amount: Amount | None
    """USD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFee:
    """A price for anything but tokens."""

    __pydantic_config__ = ANSWER

    name: str
    """The source's own name for it."""
    unit: str
    """The unit that is charged: request, image, second, search, …; a ``factor`` multiplies the prices in a region."""
    price: Amount
    """USD per unit; for a ``factor``, the factor."""
    amount: Amount | None
    """USD, which the total includes; null where the number of units is not part of a workload, so it is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEstimate:
    """The number of such requests that a budget pays for."""

    __pydantic_config__ = ANSWER

    budget: Amount
    """USD."""
    requests: int | None
    """The number of requests, each like the average one of the workload; null where their price is unknown, or 0."""
    unlimited: bool
    """Whether they cost nothing, so that any budget pays for any number of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The cost of the workload with one model at one host."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    provider: str
    price_state: PriceState
    total: Amount | None
    """USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total; else null."""
    budget: BudgetEstimate | None
    """What the budget pays for; null where none is given."""
    fits: bool | None
    """Whether a request is within the model's limits; null where they are unknown."""
    warnings: tuple[EstimateWarning, ...]
    """Warnings of what does not fit, and of what ends soon."""
    hours: Hours | None
    """The hours that the requests are made in; null where the host has no peak hours."""
    services: tuple[str, ...]
    """Services beside the standard one that have a known price here."""
    lines: tuple[EstimateLine, ...]
    fees: tuple[EstimateFee, ...]
    """Fees of each request, which are counted."""
    not_counted: tuple[EstimateFee, ...]
    """Fees that may come on top."""


def estimate(offer: Offer, workload: Workload, card: RateCard) -> Estimate:
    """Estimate what a workload costs at an offer, line by line."""
    context = charged_context(workload, offer.limits)
    lines = () if card.state in UNPRICED else tuple(_lines(workload, card, context))
    amount = total_of(card, workload, context)
    counted = request_fees(card)
    return Estimate(
        id=offer.id,
        name=offer.name,
        provider=offer.provider,
        price_state=offer.price.state,
        total=amount,
        reason=None if amount is not None else _reason(offer, lines),
        budget=_budget(amount, workload),
        fits=fits(workload.tokens, offer.limits),
        warnings=tuple(_warnings(offer, workload)),
        hours=hours_of(card, workload),
        services=tuple(service.name for service in card.services[1:]),
        lines=lines,
        fees=tuple(_fee(it, workload) for it in counted),
        not_counted=tuple(_fee(it) for it in card.fees if it not in counted),
    )


def fits(tokens: Usage, limits: Limits) -> bool | None:
    """Whether a request is within the limits of a model; None where its context is unknown."""
    if limits.output is not None and tokens.output > limits.output:
        return False
    if limits.input is not None and tokens.input > limits.input:
        return False
    return None if limits.context is None else tokens.input + tokens.output <= limits.context


def window_of(limits: Limits) -> int | None:
    """The largest prompt that a model takes, in tokens; None where it is unknown."""
    return min((it for it in (limits.context, limits.input) if it is not None), default=None)


def charged_context(workload: Workload, limits: Limits) -> int:
    """The size of the context that decides on the tier.

    A single request that is larger than the model's window cannot be made: it is taken for the totals of many, each of
    which is below any tier.
    """
    window = window_of(limits)
    is_totals = workload.requests == 1 and window is not None and workload.tokens.input > window
    return 0 if is_totals else workload.tokens.input


def hours_of(card: RateCard, workload: Workload) -> Hours | None:
    """The hours that the requests are made in; None where the host has no peak hours, or there is no time."""
    return card.off_peak.hours(workload.at) if card.off_peak is not None and workload.at is not None else None


def total_of(card: RateCard, workload: Workload, context: int) -> Decimal | None:
    """The sum of an estimate's lines and fees, without building them; None where a price is unknown."""
    if card.state in UNPRICED:
        return None
    amount = EXACT.multiply(sum((fee.price for fee in request_fees(card)), Decimal(0)), Decimal(workload.requests))
    for service, requests in workload.parts:
        cost = total(_charges(workload, card, service, context=context))
        if cost is None:
            return None
        amount = EXACT.add(amount, EXACT.multiply(cost, requests))
    return amount


def request_fees(card: RateCard) -> tuple[Fee, ...]:
    """The fees that each request has once: those of a unit with a single price."""
    number = Counter(fee.unit for fee in card.fees)
    return tuple([fee for fee in card.fees if fee.unit in REQUEST_UNITS and number[fee.unit] == 1])


def _charges(workload: Workload, card: RateCard, service: str, *, context: int) -> tuple[Charge, ...]:
    return charges(
        workload.tokens,
        charged_by(service, card.services),
        off_peak=card.off_peak,
        hours=hours_of(card, workload),
        context=context,
    )


def _lines(workload: Workload, card: RateCard, context: int) -> Iterator[EstimateLine]:
    for service, requests in workload.parts:
        for charge in _charges(workload, card, service, context=context):
            tokens = EXACT.multiply(requests, Decimal(charge.tokens))
            yield EstimateLine(
                kind=charge.kind,
                service=service,
                tokens=tokens,
                rate=charge.rate,
                rate_of=charge.rate_of,
                rate_service=charge.service,
                above=charge.above,
                hours=charge.hours,
                amount=None if charge.rate is None else cost_of(tokens, charge.rate),
            )


def _budget(amount: Decimal | None, workload: Workload) -> BudgetEstimate | None:
    if workload.budget is None:
        return None
    requests = None
    if amount:
        requests = int(EXACT.divide_int(EXACT.multiply(workload.budget, Decimal(workload.requests)), amount))
    return BudgetEstimate(budget=workload.budget, requests=requests, unlimited=amount == 0)


def _fee(fee: Fee, workload: Workload | None = None) -> EstimateFee:
    amount = None if workload is None else EXACT.multiply(fee.price, Decimal(workload.requests))
    return EstimateFee(name=fee.name, unit=fee.unit, price=fee.price, amount=amount)


def _warnings(offer: Offer, workload: Workload) -> Iterator[EstimateWarning]:
    tokens, limits, window = workload.tokens, offer.limits, window_of(offer.limits)
    if window is not None and tokens.input > window:
        detail = f"The prompt has {tokens.input:,} tokens, and {offer.id} takes at most {window:,}."
        yield EstimateWarning(code=WarningCode.EXCEEDS_CONTEXT, detail=detail)
        if workload.requests == 1:
            yield EstimateWarning(
                code=WarningCode.TOTALS_AS_ONE_REQUEST,
                detail="No single request is as large: these seem to be the totals of many, and are charged at the "
                "rates of small ones. Give the tokens of one request, and the number of 'requests'.",
            )
    elif limits.context is not None and tokens.input + tokens.output > limits.context:
        detail = f"Prompt and output have {tokens.input + tokens.output:,} tokens, and the context {limits.context:,}."
        yield EstimateWarning(code=WarningCode.EXCEEDS_CONTEXT, detail=detail)
    if limits.output is not None and tokens.output > limits.output:
        detail = f"The output has {tokens.output:,} tokens, and {offer.id} makes at most {limits.output:,}."
        yield EstimateWarning(code=WarningCode.EXCEEDS_OUTPUT, detail=detail)
    yield from _ending(offer, None if workload.at is None else workload.at.date())


def _ending(offer: Offer, today: date | None) -> Iterator[EstimateWarning]:
    ends = offer.lifecycle.retires_on
    if today is not None and ends is not None and ends.day <= today + SOON:
        has_ended = ends.day < today
        detail = (
            f"According to {source_label(ends.source)}, {offer.id} {'ended' if has_ended else 'ends'} on {ends.date}."
        )
        yield EstimateWarning(code=WarningCode.RETIRED if has_ended else WarningCode.RETIRES_SOON, detail=detail)
    elif offer.status in RETIRING_STATUSES:
        yield EstimateWarning(code=WarningCode.DEPRECATED, detail=f"{offer.id} is {offer.status}.")


def _reason(offer: Offer, lines: Iterable[EstimateLine]) -> str:
    """The reason that there is no total."""
    if offer.price.state is PriceState.UNKNOWN and offer.price.fees:
        units = " or ".join(sorted({fee.unit for fee in offer.price.fees}))
        return f"No source knows a price per token; there are prices per {units}."
    if offer.price.state in UNPRICED:
        return UNPRICED[offer.price.state]
    missing = sorted({line.kind.value for line in lines if line.rate is None})
    return f"The price of {' and '.join(missing)} tokens is unknown."
