"""The schedule of refreshes: when the next one is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

JITTER = 0.1
"""The largest random delay, as a share of the interval: installations should not all ask at the same moment."""
SETTLING = timedelta(seconds=30)
"""The largest random delay after a start: it has other things to do, and many may be started at once."""


class Schedule:
    """Makes refreshes due at an interval, whichever process began the last one."""

    def __init__(self, interval: timedelta, *, started_at: datetime, jitter: Callable[[], float]) -> None:
        """``jitter`` returns a number from 0 to 1; ``started_at`` is when this process started."""
        self._interval = interval
        self._jitter = jitter
        self._first = started_at + SETTLING * jitter()
        self._last: datetime | None = None
        self._next = self._first

    def is_due(self, last: datetime | None, *, now: datetime) -> bool:
        """Whether a refresh is due, given when the last one began; None for never."""
        if last is not None and last != self._last:
            self._last = last
            # A clock that was wrong must not delay the next one for years.
            began = min(last, now)
            self._next = max(began + self._interval * (1 + JITTER * self._jitter()), self._first)
        return now >= self._next
