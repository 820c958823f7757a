"""How much may be asked in a while: the generic cell rate algorithm, in memory.

GCRA keeps one number for each key: the moment at which all that was asked would have been asked at the
steady rate. It is our own since a decision stands in the way of every request: throttled-py, which does the
same, takes 9 µs for one, a third of what a whole answer takes; this takes a fraction of one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in so many seconds: all at once, or spread; what was used comes back steadily."""

    requests: int
    seconds: float


class Decision(NamedTuple):
    """Whether a request may be answered, and what is left.

    A named tuple, since one is made for every request, in a third of the time of a frozen dataclass.
    """

    allowed: bool
    remaining: int
    """Requests that may be made now."""
    reset_s: float
    """Until all of the quota is there again."""
    retry_after_s: float
    """Until one request may be made; 0 where it may be made now."""


class RateLimiter:
    """Holds each key to a quota. Of keys that have all of theirs, nothing is kept."""

    def __init__(
        self, quota: Quota, *, monotonic: Callable[[], float] = time.monotonic, remembered: int = REMEMBERED
    ) -> None:
        self.quota = quota
        self._interval = quota.seconds / quota.requests
        self._monotonic = monotonic
        self._remembered = remembered
        self._full_at: dict[str, float] = {}
        """When each key has all of its quota again."""

    def charge(self, key: str) -> Decision:
        """Take one request from a key's quota, unless there is none left."""
        now = self._monotonic()
        full_at = max(self._full_at.get(key, now), now) + self._interval
        over = full_at - now - self.quota.seconds
        if over > _ROUNDING:
            return Decision(False, 0, full_at - self._interval - now, over)
        if key not in self._full_at:
            self._make_room(now)
        self._full_at[key] = full_at
        return self._allowed(full_at - now)

    def peek(self, key: str) -> Decision:
        """What ``charge`` would say, without taking anything."""
        now = self._monotonic()
        used = max(self._full_at.get(key, now) - now, 0.0)
        over = used + self._interval - self.quota.seconds
        return Decision(False, 0, used, over) if over > _ROUNDING else self._allowed(used)

    def refund(self, key: str) -> None:
        """Give back one request: it turned out to cost nothing."""
        if key in self._full_at:
            self._full_at[key] -= self._interval

    def _allowed(self, used: float) -> Decision:
        return Decision(True, int((self.quota.seconds - used) / self._interval + _ROUNDING), used, 0.0)

    def _make_room(self, now: float) -> None:
        """Forget who has all of their quota again or, failing that, who has been there longest."""
        if len(self._full_at) < self._remembered:
            return
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        while len(self._full_at) >= self._remembered:
            del self._full_at[next(iter(self._full_at))]


_ROUNDING = 1e-6
"""Seconds, or requests, by which sums of floating point numbers may be off."""


def whole_seconds(seconds: float) -> int:
    """Rounded up, so that who waits so long has waited long enough."""
    return math.ceil(seconds - _ROUNDING)
