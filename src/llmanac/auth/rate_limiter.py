"""An in-memory rate limiter: the generic cell rate algorithm (GCRA).

GCRA keeps one number for each key: the time at which its whole quota is available again. It is implemented here
because every request waits for a decision: one by throttled-py takes 9 µs, a third of a whole response; this
takes a fraction of one.
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
    """A number of requests per number of seconds, in a burst or spread; what was used comes back steadily."""

    requests: int
    seconds: float


class Decision(NamedTuple):
    """The outcome for one request, and what is left of the quota.

    A named tuple, since one is made for every request: it takes a third of the time of a frozen dataclass.
    """

    allowed: bool
    remaining: int
    """Further requests that may be made now."""
    reset_s: float
    """Seconds until the whole quota is available again."""
    retry_after_s: float
    """Seconds until one request may be made; 0 where it may be made now."""


class RateLimiter:
    """Holds each key to a quota. A key whose whole quota is available takes no memory."""

    def __init__(
        self, quota: Quota, *, monotonic: Callable[[], float] = time.monotonic, remembered: int = REMEMBERED
    ) -> None:
        self.quota = quota
        self._interval = quota.seconds / quota.requests
        self._monotonic = monotonic
        self._remembered = remembered
        self._full_at: dict[str, float] = {}
        """By key, the monotonic time at which its whole quota is available again."""

    def charge(self, key: str) -> Decision:
        """Take one request from a key's quota, unless none is left."""
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
        """The decision that ``charge`` would return, without charging."""
        now = self._monotonic()
        used = max(self._full_at.get(key, now) - now, 0.0)
        over = used + self._interval - self.quota.seconds
        return Decision(False, 0, used, over) if over > _ROUNDING else self._allowed(used)

    def refund(self, key: str) -> None:
        """Give back one request that turned out to be free."""
        if key in self._full_at:
            self._full_at[key] -= self._interval

    def _allowed(self, used: float) -> Decision:
        return Decision(True, int((self.quota.seconds - used) / self._interval + _ROUNDING), used, 0.0)

    def _make_room(self, now: float) -> None:
        """Drop the keys whose whole quota is available again; if that is not enough, the oldest ones."""
        if len(self._full_at) < self._remembered:
            return
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        while len(self._full_at) >= self._remembered:
            del self._full_at[next(iter(self._full_at))]


_ROUNDING = 1e-6
"""Seconds, or requests, by which sums of floating point numbers may be off."""


def whole_seconds(seconds: float) -> int:
    """Seconds rounded up, so that a client that waits this long has waited long enough."""
    return math.ceil(seconds - _ROUNDING)
