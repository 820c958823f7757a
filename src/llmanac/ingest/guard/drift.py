"""Drift: a price that moves in many small steps is seen as what they sum up to.

Each price that moves has an origin: what it was before the first step of the last days. A step that brings it as far
from there as a jump is held as a jump is. An origin is forgotten after the window, and when a jump is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WINDOW = timedelta(days=7)
"""The time in which steps are summed up."""


@dataclass(frozen=True, slots=True)
class PriceOrigin:
    """A price before it began to move."""

    price: Decimal
    since: date
    """The day of the feed with the first step."""


NO_ORIGINS: Mapping[str, PriceOrigin] = {}


def origin_key(entry: str, name: str) -> str:
    """The key of the origin of an entry's price, by its dotted name."""
    return f"{entry} {name}"


def within_window(origins: Mapping[str, PriceOrigin], today: date) -> dict[str, PriceOrigin]:
    """The origins that are not to be forgotten yet."""
    return {key: it for key, it in origins.items() if today - it.since <= WINDOW}
