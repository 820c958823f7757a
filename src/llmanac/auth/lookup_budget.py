"""A rate limit for looking up unknown tokens in the database."""

from __future__ import annotations

from collections.abc import Callable


class LookUpBudget:
    """Limits look-ups to a few per second for all unknown tokens together, and to one for each token.

    A token cannot be presented before it is made, so one that the store lacked is not looked up again. Should it
    appear there after all, as from a restored backup, the verifier's refresh loads it.
    """

    def __init__(self, *, per_second: int, remembered: int, monotonic: Callable[[], float]) -> None:
        self._per_second = per_second
        self._remembered = remembered
        self._monotonic = monotonic
        self._left = float(per_second)
        self._counted_at = monotonic()
        self._missing: dict[bytes, None] = {}  # in order of arrival: the oldest makes room

    def spend(self, digest: bytes) -> bool:
        """Whether this digest may be looked up now; if so, one look-up is charged."""
        if digest in self._missing:
            return False
        now = self._monotonic()
        self._left = min(self._per_second, self._left + (now - self._counted_at) * self._per_second)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def remember_missing(self, digest: bytes) -> None:
        """Record that the store lacks this digest."""
        if len(self._missing) >= self._remembered:
            del self._missing[next(iter(self._missing))]
        self._missing[digest] = None
