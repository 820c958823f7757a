"""Parses the ``Retry-After`` header (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SHORTEST_S = 1.0
LONGEST_S = 6 * 3600.0
"""Bounds of the pause, so that no upstream makes us retry constantly, or stop for days."""


def seconds_of(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait, between SHORTEST_S and LONGEST_S; None without the header, or where it is invalid."""
    if value is None:
        return None
    text = value.strip()
    seconds = float(text[:20]) if text.isascii() and text.isdecimal() else _until(text, now)
    return None if seconds is None else min(max(seconds, SHORTEST_S), LONGEST_S)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
