"""The cost of a usage: tokens times rates, charge by charge, in exact decimals.

Totals include their parts: ``input`` counts every token of the prompt, including those read from or written to a
cache and those of audio; ``output`` counts every generated token, including reasoning and audio.

A kind of token that a host has no rate for is charged at the rate of its total, as hosts do: reasoning as output,
cached and audio input as input. A charge states whose rate it uses. Where the total has no rate either, the cost is
unknown.
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
"""Maximum number of tokens of one kind in one request."""


class TokenKind(StrEnum):
    """A kind of tokens that is charged separately, in the order of charges; the values are the fields of Rates."""

    INPUT = "input"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_1H = "cache_write_1h"
    INPUT_AUDIO = "input_audio"
    OUTPUT = "output"
    REASONING = "reasoning"
    OUTPUT_AUDIO = "output_audio"


_RATE_FIELDS = {kind: kind.value for kind in TokenKind}
"""The field of Rates of each kind, as a plain string: ``kind.value`` is slower than the attribute that it names."""

STAND_INS = {
    TokenKind.CACHE_READ: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE_1H: (TokenKind.CACHE_WRITE, TokenKind.INPUT),
    TokenKind.INPUT_AUDIO: (TokenKind.INPUT,),
    TokenKind.REASONING: (TokenKind.OUTPUT,),
    TokenKind.OUTPUT_AUDIO: (TokenKind.OUTPUT,),
}
"""The kinds whose rate is charged where a kind has none of its own, in order of preference."""

INPUT_PARTS = (TokenKind.CACHE_READ, TokenKind.CACHE_WRITE, TokenKind.CACHE_WRITE_1H, TokenKind.INPUT_AUDIO)
OUTPUT_PARTS = (TokenKind.REASONING, TokenKind.OUTPUT_AUDIO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of one request. Raises InvalidParameters where parts exceed their total."""

    input: int = 0
    """Tokens of the whole prompt, including cached tokens and audio."""
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    input_audio: int = 0
    output: int = 0
    """All generated tokens, including reasoning and audio."""
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
        """The number of tokens charged as each kind, without zeros; a total is charged without its parts."""
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

    @property
    def amount(self) -> Decimal | None:
        """The amount in USD; None where the rate is unknown."""
        return None if self.rate is None else cost_of(self.tokens, self.rate)


def charges(usage: Usage, services: Sequence[Service]) -> tuple[Charge, ...]:
    """The charges of one request, one for each kind of token that it has.

    The first service is the one used; where it has no rate, that of the next applies. A tier applies to the whole
    request if its prompt is larger than the tier's ``above``; where the tier has no rate, that of the tier below
    applies.
    """
    layers = [layer for service in services for layer in _layers(service, usage.input)]
    return tuple([_charge(kind, tokens, layers) for kind, tokens in _charged(usage)])


@lru_cache(maxsize=64)
def _charged(usage: Usage) -> tuple[tuple[TokenKind, int], ...]:
    """The charged tokens of a usage, cached, since one usage is charged at thousands of offers."""
    return tuple(usage.charged())


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


@dataclass(frozen=True, slots=True)
class _Layer:
    """Rates and their origin; a rate is taken from the first layer that has it."""

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
            rate: Decimal | None = getattr(layer.rates, _RATE_FIELDS[rate_of])
            if rate is not None:
                return Charge(kind, tokens, rate, rate_of, layer.service, layer.above)
    return Charge(kind, tokens, None, None, None, None)


def _fault(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))
