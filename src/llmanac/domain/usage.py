"""What a usage costs: tokens times rates, line by line, in exact decimals.

The whole comes before its parts: ``input`` counts every token of the prompt, those read from or written to a
cache and those of audio among them; ``output`` counts every token that was made, reasoning and audio among them.

A kind of token that a host has no rate for is charged at the rate of its whole, as hosts do: reasoning as output,
cached and audio input as input. A line says whose rate it uses. A whole without a rate has no known cost, and
neither has anything that depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import lru_cache

from llmanac.domain.pricing import Rates, Service
from llmanac.errors import InvalidParameters, ParameterFault

MILLION_EXPONENT = 6
EXACT = Context(prec=100, traps=[Inexact])
"""Money is never rounded: a result that does not fit would raise, and with the bounds of Usage none does."""

MAX_TOKENS = 10**9
"""Of one request, of one kind."""


class TokenKind(StrEnum):
    """Tokens that are charged apart, in the order of the lines; the values are the fields of Rates."""

    INPUT = "input"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_1H = "cache_write_1h"
    INPUT_AUDIO = "input_audio"
    OUTPUT = "output"
    REASONING = "reasoning"
    OUTPUT_AUDIO = "output_audio"


RATE_NAMES = {kind: kind.value for kind in TokenKind}
"""The fields of Rates, as plain strings: an enumeration's ``value`` costs more than the rate that it leads to."""

STAND_INS = {
    TokenKind.CACHE_READ: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE_1H: (TokenKind.CACHE_WRITE, TokenKind.INPUT),
    TokenKind.INPUT_AUDIO: (TokenKind.INPUT,),
    TokenKind.REASONING: (TokenKind.OUTPUT,),
    TokenKind.OUTPUT_AUDIO: (TokenKind.OUTPUT,),
}
"""Whose rate is charged where a kind has none of its own, the first that there is."""

INPUT_PARTS = (TokenKind.CACHE_READ, TokenKind.CACHE_WRITE, TokenKind.CACHE_WRITE_1H, TokenKind.INPUT_AUDIO)
OUTPUT_PARTS = (TokenKind.REASONING, TokenKind.OUTPUT_AUDIO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of one request. Raises InvalidParameters where parts are more than their whole."""

    input: int = 0
    """The whole prompt, its cached tokens and its audio included."""
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    input_audio: int = 0
    output: int = 0
    """Everything that is made, reasoning and audio included."""
    reasoning: int = 0
    output_audio: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= MAX_TOKENS:
                raise _fault(field.name, f"{field.name} should be between 0 and {MAX_TOKENS:,} tokens")
        for whole, parts in (("input", INPUT_PARTS), ("output", OUTPUT_PARTS)):
            if self._sum(parts) > getattr(self, whole):
                raise _fault(
                    whole,
                    f"{whole} ({getattr(self, whole):,}) is the whole, and less than its parts "
                    f"{', '.join(parts)} together ({self._sum(parts):,})",
                )

    def charged(self) -> Iterator[tuple[TokenKind, int]]:
        """Each kind of which there is any, and how many tokens are charged as it: the parts, and what is left."""
        for kind in TokenKind:
            tokens: int = getattr(self, kind.value)
            if kind is TokenKind.INPUT:
                tokens -= self._sum(INPUT_PARTS)
            elif kind is TokenKind.OUTPUT:
                tokens -= self._sum(OUTPUT_PARTS)
            if tokens:
                yield kind, tokens

    def _sum(self, kinds: Iterable[TokenKind]) -> int:
        return sum(getattr(self, kind.value) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a formula: ``tokens`` times ``rate``, per million, is ``amount``."""

    kind: TokenKind
    tokens: int
    rate: Decimal | None
    """USD per million tokens; None where it is unknown."""
    rate_of: TokenKind | None
    """Whose rate it is: that of ``kind``, or of what stands in for it."""
    service: str | None
    """The service that the rate belongs to."""
    above: int | None
    """The context that the rate begins above; None for one that does not depend on it."""

    @property
    def amount(self) -> Decimal | None:
        """USD; None where the rate is unknown."""
        return None if self.rate is None else cost_of(self.tokens, self.rate)


def charges(usage: Usage, services: Sequence[Service]) -> tuple[Charge, ...]:
    """The formula of one request: a line for each kind of token of which there is any.

    The first of the services is the one that is used; what it has no rate for, it charges as the next does.
    A tier applies to the whole request, once its prompt is larger than the tier says; what the tier leaves
    out costs what it does below.
    """
    layers = [layer for service in services for layer in _layers(service, usage.input)]
    return tuple([_charge(kind, tokens, layers) for kind, tokens in _charged(usage)])


@lru_cache(maxsize=64)
def _charged(usage: Usage) -> tuple[tuple[TokenKind, int], ...]:
    """What is charged of a usage; one usage is charged at thousands of offers."""
    return tuple(usage.charged())


def total(lines: Iterable[Charge]) -> Decimal | None:
    """What the lines cost together, USD; None where any of them is unknown."""
    result = Decimal(0)
    for line in lines:
        if line.amount is None:
            return None
        result = EXACT.add(result, line.amount)
    return result


def cost_of(quantity: int | Decimal, rate: Decimal) -> Decimal:
    """So many tokens at a rate per million, USD."""
    return EXACT.scaleb(EXACT.multiply(Decimal(quantity), rate), -MILLION_EXPONENT)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Rates, and where they are from; a rate is taken from the first layer that has it."""

    rates: Rates
    service: str
    above: int | None


def _layers(service: Service, context: int) -> Iterator[_Layer]:
    for tier in sorted(service.tiers, key=lambda tier: tier.above, reverse=True):
        if context > tier.above:
            yield _Layer(tier.rates, service.name, tier.above)
    yield _Layer(service.rates, service.name, None)


def _charge(kind: TokenKind, tokens: int, layers: Sequence[_Layer]) -> Charge:
    for rate_of in (kind, *STAND_INS.get(kind, ())):
        for layer in layers:
            rate: Decimal | None = getattr(layer.rates, RATE_NAMES[rate_of])
            if rate is not None:
                return Charge(kind, tokens, rate, rate_of, layer.service, layer.above)
    return Charge(kind, tokens, None, None, None, None)


def _fault(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))
