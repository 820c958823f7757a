"""When the next refresh is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

JITTER = 0.1
"""Of the interval, at most, that a refresh is put off: so that not all installations ask at the same moment."""
SETTLING = timedelta(seconds=30)
"""A first start has other things to do; and the many that are started at once don't ask at once."""


class Schedule:
    """Refreshes at an interval, whichever process began the last one."""

    def __init__(self, interval: timedelta, *, started_at: datetime, jitter: Callable[[], float]) -> None:
        """``jitter`` gives a number from 0 to 1; ``started_at`` is when this process did."""
        self._interval = interval
        self._jitter = jitter
        self._first = started_at + SETTLING * jitter()
        self._last: datetime | None = None
        self._next = self._first

    def is_due(self, last: datetime | None, *, now: datetime) -> bool:
        """Whether it is time, when the last refresh began at ``last``; None for never."""
        if last is not None and last != self._last:
            self._last = last
            # A clock that was wrong must not put the next one off for years.
            began = min(last, now)
            self._next = max(began + self._interval * (1 + JITTER * self._jitter()), self._first)
        return now >= self._next
