"""The clock that services are given: what needs the time takes one, so that a test can say what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""


def system_clock() -> datetime:
    """The time by the machine's clock: the ``Clock`` of a running program."""
    return datetime.now(UTC)
