"""Formats prices and numbers: $2.50, 200K, free, in plan, and a dash for unknown."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from llmanac.domain.pricing import Price, PriceState

UNKNOWN = "\u2013"
LEAST_PLACES = 2
MOST_PLACES = 4
SMALLEST = Decimal(1).scaleb(-MOST_PLACES)

TOKEN_FIELDS = frozenset({"context", "max_output", "max_input"})
"""Names of the facts that are numbers of tokens."""

STATES = {
    PriceState.FREE: "free",
    PriceState.IN_PLAN: "in plan",
    PriceState.VARIABLE: "varies",
}
"""Text in place of a price in these states; a known price is a number, and the rest is UNKNOWN."""

STATE_MEANINGS = {
    PriceState.FREE: "Free of charge",
    PriceState.IN_PLAN: "Included in a plan that is paid for otherwise",
    PriceState.VARIABLE: "Depends on where the request ends up",
    PriceState.UNKNOWN: "Not known",
    PriceState.KNOWN: "USD per million tokens",
}


def money(amount: Decimal | None) -> str:
    """An amount in US dollars, with two to four decimal places: $15.00, $0.075."""
    if amount is None:
        return UNKNOWN
    if 0 < amount < SMALLEST:
        return f"<${SMALLEST}"
    rounded = amount.quantize(SMALLEST, ROUND_HALF_EVEN) if -amount.as_tuple().exponent > MOST_PLACES else amount  # type: ignore[operator]  # -- finite
    whole, _, fraction = f"{rounded:f}".partition(".")
    return f"${int(whole):,}.{fraction.rstrip('0').ljust(LEAST_PLACES, '0')}"


def padding(text: str) -> int:
    """The decimal places that an amount has fewer than the longest, as padding that aligns decimal points."""
    _, point, fraction = text.partition(".")
    return max(0, MOST_PLACES - len(fraction)) if point else MOST_PLACES - LEAST_PLACES


def rate(price: Price, kind: str) -> str:
    """A rate of an offer, such as ``input``, as text: an amount, or the state of the price."""
    return STATES.get(price.state) or money(getattr(price.rates, kind))


def count(number: int | None) -> str:
    """A whole number with thousands separators."""
    return UNKNOWN if number is None else f"{number:,}"


def tokens(number: int | None) -> str:
    """A number of tokens to three significant digits: 128K, 1.05M."""
    if number is None:
        return UNKNOWN
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= size * 0.9995:
            return f"{_three_digits(number / size)}{letter}"
    return str(number)


def figure(field: str, value: Decimal | int) -> str:
    """A value that sources may disagree on: a number of tokens, or an amount in dollars."""
    return tokens(int(value)) if field in TOKEN_FIELDS else money(Decimal(value))


def share(ratio: float) -> str:
    """A ratio as a percentage."""
    return f"{ratio:.0%}"


def _three_digits(value: float) -> str:
    text = f"{value:.3g}"
    return f"{value:.0f}" if "e" in text else text
