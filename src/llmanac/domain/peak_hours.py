"""Peak and off-peak hours: windows of time that recur every week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class Hours(StrEnum):
    """The hours that a rate holds in, at a host that has peak hours."""

    PEAK = "peak"
    OFF_PEAK = "off_peak"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyWindow:
    """Hours of the day, in UTC, on some days of every week."""

    start: int
    """Minutes after midnight, 0 to 1439."""
    end: int
    """Minutes after midnight, up to 1440; the window ends before it. One before ``start`` is of the next day."""
    weekdays: tuple[int, ...] = EVERY_DAY
    """The weekdays on which the window starts: 1 is Monday, 7 is Sunday."""
    timezone: str = "UTC"
    """The time zone, by its IANA name, whose calendar decides which weekday it is."""

    def has(self, at: datetime) -> bool:
        """Returns True if the window is open at this time."""
        at = at.astimezone(UTC)
        minute = 60 * at.hour + at.minute
        if self.start <= self.end:
            return self.start <= minute < self.end and self._is_on(at)
        if minute >= self.start:
            return self._is_on(at)
        return minute < self.end and self._is_on(at - timedelta(minutes=minute + MINUTES_A_DAY - self.start))

    def _is_on(self, at: datetime) -> bool:
        local = at if self.timezone == "UTC" else at.astimezone(ZoneInfo(self.timezone))
        return local.isoweekday() in self.weekdays
