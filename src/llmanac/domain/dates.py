"""Dates as sources state them: a day, ``YYYY-MM-DD``, or a month, ``YYYY-MM``."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTH = len("2026-01")


def day_of(stated: str, *, in_month: int = 1) -> date:
    """The stated day; for a month, its first day, or day ``in_month``. Raises ValueError if it is neither."""
    return date.fromisoformat(f"{stated}-{in_month:02}" if is_month(stated) else stated)


def last_day_of(stated: str) -> date:
    """The stated day; for a month, its last day. Raises ValueError if it is neither."""
    first = day_of(stated)
    return first.replace(day=monthrange(first.year, first.month)[1]) if is_month(stated) else first


def is_month(stated: str) -> bool:
    """Returns True if only a month is stated, and no day."""
    return len(stated) == MONTH
