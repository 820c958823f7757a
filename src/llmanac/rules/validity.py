"""The validity of rules: from ``valid_from`` on and until ``valid_until``, whose days are in UTC, and included."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from llmanac.rules.overlay import Overlay, OverlayRule


class Validity(StrEnum):
    """Whether a rule holds at some time."""

    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    EXPIRED = "expired"


def begins_at(rule: OverlayRule) -> datetime | None:
    """The first moment at which a rule holds; None where it always has."""
    start = rule.valid_from
    return start if start is None or isinstance(start, datetime) else _midnight(start)


def ends_at(rule: OverlayRule) -> datetime | None:
    """The first moment at which a rule holds no more; None where it always will."""
    end = rule.valid_until
    if end is None or isinstance(end, datetime):
        return end
    return None if end == date.max else _midnight(end + timedelta(days=1))  # 9999-12-31, after which there is no day


def validity(rule: OverlayRule, now: datetime) -> Validity:
    """Whether a rule holds now."""
    begin, end = begins_at(rule), ends_at(rule)
    if end is not None and end <= now:
        return Validity.EXPIRED
    return Validity.SCHEDULED if begin is not None and begin > now else Validity.IN_FORCE


def next_change(overlays: Iterable[Overlay], now: datetime) -> datetime | None:
    """The next moment at which a rule of these begins or ends to hold; None where none will."""
    moments = (moment for it in overlays for rule in it.rules for moment in (begins_at(rule), ends_at(rule)))
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
