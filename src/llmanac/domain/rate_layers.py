"""Rate layers: which rate each kind of token of one request is charged at.

The rates of a request lie in layers, the most specific first: those of its service above the size of its context,
those of its service, those of the hours that it is made in, then those of the standard service. A kind is charged at
the rate that the first layer states. Where a layer states the rate of the whole (input or output) but not that of a
kind, the kind keeps its *ratio* to the whole from the next layer that states both: a cache read that costs a tenth of
input also costs a tenth of it in a batch. Derived rates are rounded to twelve significant digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from llmanac.domain.peak_hours import Hours
from llmanac.domain.pricing import RATE_NAMES, OffPeak, Rates, Service, Tier
from llmanac.domain.usage import TokenKind

DERIVED = Context(prec=12)
"""The precision of a rate that is derived from others."""

PARENTS = {
    TokenKind.CACHE_READ: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE: (TokenKind.INPUT,),
    TokenKind.CACHE_WRITE_1H: (TokenKind.CACHE_WRITE, TokenKind.INPUT),
    TokenKind.CACHE_WRITE_12H: (TokenKind.CACHE_WRITE, TokenKind.INPUT),
    TokenKind.INPUT_AUDIO: (TokenKind.INPUT,),
    TokenKind.INPUT_IMAGE: (TokenKind.INPUT,),
    TokenKind.REASONING: (TokenKind.OUTPUT,),
    TokenKind.OUTPUT_AUDIO: (TokenKind.OUTPUT,),
    TokenKind.OUTPUT_IMAGE: (TokenKind.OUTPUT,),
}
"""The kinds that a kind is priced in proportion to, nearest first."""
STAND_INS = {
    **PARENTS,
    # Of other times to keep a cache, the next longer one, else the next shorter one.
    TokenKind.CACHE_WRITE_1H: (TokenKind.CACHE_WRITE_12H, TokenKind.CACHE_WRITE, TokenKind.INPUT),
    TokenKind.CACHE_WRITE_12H: (TokenKind.CACHE_WRITE_1H, TokenKind.CACHE_WRITE, TokenKind.INPUT),
}
"""The kinds whose rate is charged where no layer states one of a kind, in order of preference."""

NEVER_CHEAPER = frozenset(
    {
        TokenKind.CACHE_WRITE_1H,
        TokenKind.CACHE_WRITE_12H,
        TokenKind.INPUT_AUDIO,
        TokenKind.OUTPUT_AUDIO,
        TokenKind.REASONING,
    }
)
"""Kinds whose derived rate is at least that of their nearest parent."""
NOT_APART = frozenset({TokenKind.REASONING, TokenKind.CACHE_WRITE, TokenKind.CACHE_WRITE_1H, TokenKind.CACHE_WRITE_12H})
"""Kinds that nobody gives away: a rate of 0 beside a price of the whole means that they are charged with it."""
ROOTS = {kind: PARENTS.get(kind, (kind,))[-1] for kind in TokenKind}
"""The whole that a kind is part of."""


@dataclass(frozen=True, slots=True)
class RateLayer:
    """Rates and their origin."""

    rates: Rates
    service: str
    above: int | None = None
    hours: Hours | None = None

    def rate(self, kind: TokenKind) -> Decimal | None:
        """The rate that the layer states for a kind; None also where 0 means that it is not charged apart."""
        rate: Decimal | None = getattr(self.rates, kind)  # a kind is the name of its field
        if rate or rate is None:
            return rate
        return None if kind in NOT_APART and getattr(self.rates, ROOTS[kind]) else rate


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """A rate that a kind is charged at, and its origin."""

    rate: Decimal
    kind: TokenKind
    """The kind that the rate belongs to."""
    layer: RateLayer
    """The layer that states it, or states the rate of the whole that it is derived from."""


def layers_of(
    services: Sequence[Service], context: int, *, off_peak: OffPeak | None = None, hours: Hours | None = None
) -> tuple[RateLayer, ...]:
    """The layers of a request, the most specific first.

    The first service is the one used, the last one the standard one. A tier applies to the whole request if its
    context is larger than the tier's ``above``. ``hours`` are those of the request at a host that has peak hours.
    """
    standard = services[-1]
    layers: list[RateLayer] = []
    for service in services[:-1]:
        layers += _own_layers(service, standard, context)
    if off_peak is not None and hours is not None:
        timed = Service(standard.name, off_peak.rates_in(hours))
        layers += [replace(layer, hours=hours) for layer in _own_layers(timed, standard, context)]
    return (*layers, *_stated_layers(standard, context))


def applied_rate(kind: TokenKind, layers: Sequence[RateLayer]) -> AppliedRate | None:
    """The rate that a kind is charged at; None where it is unknown.

    A cache that is kept for hours is never cheaper to write than one that is kept for minutes.
    """
    found = _first(kind, layers)
    if kind in {TokenKind.CACHE_WRITE_1H, TokenKind.CACHE_WRITE_12H}:
        minutes = _first(TokenKind.CACHE_WRITE, layers)
        if found is None or (minutes is not None and minutes.rate > found.rate):
            return minutes
    return found


def _first(kind: TokenKind, layers: Sequence[RateLayer]) -> AppliedRate | None:
    """The rate of a kind, or of the first of its stand-ins that any layer states."""
    for candidate in (kind, *STAND_INS.get(kind, ())):
        for number, layer in enumerate(layers):
            rate = layer.rate(candidate)
            if rate is not None:
                stated = AppliedRate(rate, candidate, layer)
                return _derived(stated, layers[:number], layers[number:]) or stated
    return None


def _derived(stated: AppliedRate, above: Sequence[RateLayer], below: Sequence[RateLayer]) -> AppliedRate | None:
    """The rate of a kind in proportion to what the first of the layers above states for its parent, if one does.

    A cache write that costs less than input is a price of storage, which depends on no tier and no service.
    """
    for layer in above:
        for parent in PARENTS.get(stated.kind, ()):
            whole = layer.rate(parent)
            if whole is None:
                continue
            for base in below:
                part, of = base.rate(stated.kind), base.rate(parent)
                if part is not None and of:
                    if stated.kind is TokenKind.CACHE_WRITE and part < of:
                        return None
                    floor = whole if stated.kind in NEVER_CHEAPER else Decimal(0)
                    return AppliedRate(max(derive(part, whole, of=of), floor), stated.kind, layer)
    return None


def _stated_layers(service: Service, context: int) -> Iterator[RateLayer]:
    for tier in sorted(service.tiers, key=lambda tier: tier.above, reverse=True):
        if context > tier.above:
            yield RateLayer(tier.rates, service.name, tier.above)
    yield RateLayer(service.rates, service.name)


def _own_layers(service: Service, standard: Service, context: int) -> Iterator[RateLayer]:
    """The layers of a service. Without tiers of its own, it has those of the standard service in proportion."""
    tier = _tier_reached(standard, context)
    if tier is not None and not service.tiers:
        yield RateLayer(_in_proportion(service.rates, tier.rates, standard.rates), service.name, tier.above)
    yield from _stated_layers(service, context)


def _tier_reached(service: Service, context: int) -> Tier | None:
    return max((tier for tier in service.tiers if context > tier.above), key=lambda tier: tier.above, default=None)


def _in_proportion(rates: Rates, tier: Rates, base: Rates) -> Rates:
    """The rates times the factor between the tier and its base: of the same kind, else of the whole that it is in."""
    scaled = {}
    for name in RATE_NAMES:
        rate, whole = getattr(rates, name), ROOTS[TokenKind(name)].value
        if rate is None:
            continue
        named = name if getattr(tier, name) and getattr(base, name) else whole
        above, below = getattr(tier, named), getattr(base, named)
        scaled[name] = derive(rate, above, of=below) if above and below else rate
    return Rates(**scaled)


def derive(part: Decimal, whole: Decimal, *, of: Decimal) -> Decimal:
    """The rate that is to ``whole`` as ``part`` is to ``of``: in plain digits, without zeros at its end."""
    rate = DERIVED.divide(DERIVED.multiply(part, whole), of).normalize()
    return rate if rate.as_tuple().exponent <= 0 else rate.quantize(Decimal(1))  # type: ignore[operator]  # -- finite
