"""Charges: the cost of a usage, tokens times rates, charge by charge, in exact decimals.

A kind of token that no layer has a rate for is charged at the rate of its whole, as hosts do: reasoning as output,
cached and audio input as input. A charge states whose rate it uses. Where the whole has no rate either, the cost is
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

from llmanac.domain.peak_hours import Hours
from llmanac.domain.pricing import OffPeak, Service
from llmanac.domain.rate_layers import AppliedRate, RateLayer, applied_rate, layers_of
from llmanac.domain.usage import TokenKind, Usage

MILLION_EXPONENT = 6
EXACT = Context(prec=100, traps=[Inexact])
"""Money is never rounded: a result that does not fit would raise, and with the bounds of Usage none does."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a request: ``amount`` is ``tokens`` times ``rate``, per million."""

    kind: TokenKind
    tokens: int
    rate: Decimal | None
    """USD per million tokens; None where it is unknown."""
    rate_of: TokenKind | None
    """The kind whose rate it is: ``kind``, or one of its STAND_INS."""
    service: str | None
    """The service that the rate belongs to."""
    above: int | None
    """The context size, in tokens, above which the rate applies; None for any size."""
    hours: Hours | None = None
    """The hours in which the rate applies; None for any."""

    @property
    def amount(self) -> Decimal | None:
        """The amount in USD; None where the rate is unknown."""
        return None if self.rate is None else cost_of(self.tokens, self.rate)


def charges(
    usage: Usage,
    services: Sequence[Service],
    *,
    off_peak: OffPeak | None = None,
    hours: Hours | None = None,
    context: int | None = None,
) -> tuple[Charge, ...]:
    """The charges of one request, one for each kind of token that it has.

    The first service is the one used, the last one the standard one; ``rate_layers`` has the rules. ``context`` is
    the size that decides on the tier, where that is not the prompt's.
    """
    layers = layers_of(services, usage.input if context is None else context, off_peak=off_peak, hours=hours)
    reasons = usage.reasoning > 0
    return tuple([_charge(kind, tokens, _rate(kind, layers, reasons=reasons)) for kind, tokens in usage.charged()])


def applied_rates(
    services: Sequence[Service],
    *,
    context: int,
    reasons: bool,
    off_peak: OffPeak | None = None,
    hours: Hours | None = None,
) -> tuple[AppliedRate | None, ...]:
    """The rates of a request by kind of token, in the order of TokenKind, as ``charges`` has them; None is unknown.

    ``reasons`` says whether the request has tokens of reasoning.
    """
    layers = layers_of(services, context, off_peak=off_peak, hours=hours)
    return tuple([_rate(kind, layers, reasons=reasons) for kind in TokenKind])


def total(lines: Iterable[Charge]) -> Decimal | None:
    """The sum of the charges in USD; None where any of them is unknown."""
    result = Decimal(0)
    for line in lines:
        if line.amount is None:
            return None
        result = EXACT.add(result, line.amount)
    return result


def cost_of(quantity: int | Decimal, rate: Decimal) -> Decimal:
    """The cost of a number of tokens at a rate per million, in USD."""
    return EXACT.scaleb(EXACT.multiply(Decimal(quantity), rate), -MILLION_EXPONENT)


def thinking_rate(layers: Sequence[RateLayer]) -> AppliedRate | None:
    """The rate of all output of a request that reasons; None where it is that of any other request.

    A reasoning price above that of output is the price of a mode: it holds for the answer, too.
    """
    reasoning, output = applied_rate(TokenKind.REASONING, layers), applied_rate(TokenKind.OUTPUT, layers)
    return reasoning if reasoning is not None and output is not None and reasoning.rate > output.rate else None


def _rate(kind: TokenKind, layers: Sequence[RateLayer], *, reasons: bool) -> AppliedRate | None:
    if kind is TokenKind.OUTPUT and reasons and (thinking := thinking_rate(layers)):
        return thinking
    return applied_rate(kind, layers)


def _charge(kind: TokenKind, tokens: int, applied: AppliedRate | None) -> Charge:
    if applied is None:
        return Charge(kind, tokens, None, None, None, None)
    layer = applied.layer
    return Charge(kind, tokens, applied.rate, applied.kind, layer.service, layer.above, layer.hours)
