"""How often tokens that nobody knows may ask the store."""

from __future__ import annotations

from collections.abc import Callable


class LookUpBudget:
    """A few look-ups a second for all unknown tokens together, and never a second one for the same token.

    A token cannot be presented before it is made: one that the store did not hold will not be there the next
    time. Should it come to be there all the same, as from a backup, the verifier's refresh brings it in.
    """

    def __init__(self, *, per_second: int, remembered: int, monotonic: Callable[[], float]) -> None:
        self._per_second = per_second
        self._remembered = remembered
        self._monotonic = monotonic
        self._left = float(per_second)
        self._counted_at = monotonic()
        self._missing: dict[bytes, None] = {}  # in order of arrival: the oldest makes room

    def spend(self, digest: bytes) -> bool:
        """Whether the store may be asked for this digest now; if so, that is one look-up spent."""
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
        """The store does not hold this digest."""
        if len(self._missing) >= self._remembered:
            del self._missing[next(iter(self._missing))]
        self._missing[digest] = None
