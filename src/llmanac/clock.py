"""The clock, which services take as a parameter, so that tests can set the time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the current time."""

    def __call__(self) -> datetime:
        """The current time: aware, in UTC."""


def system_clock() -> datetime:
    """The ``Clock`` of a running program: the machine's own."""
    return datetime.now(UTC)
