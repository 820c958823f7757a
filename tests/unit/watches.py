"""Clocks that a test moves by hand."""

from __future__ import annotations

from datetime import datetime


class Watch:
    """A clock that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        """The same time as a monotonic clock has it, in seconds."""
        return self.now.timestamp()


class MonotonicWatch:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
