"""What was served when: a row of epochs, each of which begins where the one before it ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from llmanac.domain.feed import FeedRef
from llmanac.errors import NotFound

Content: TypeAlias = frozenset[tuple[str, str]]
"""Feeds by source and SHA-256: two catalogs of the same content are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedVersion:
    """One feed as it was, and what it knows nothing of."""

    ref: FeedRef
    lacks: tuple[str, ...] = ()
    """Names of ``history.facts.NAMES``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """The time for which one catalog was served, and the feeds that it was made from."""

    number: int
    """From 1, in the order of time."""
    began_at: datetime
    digest: str
    """Of the catalog."""
    offers: int
    feeds: tuple[FeedVersion, ...]

    @property
    def day(self) -> date:
        """In UTC."""
        return self.began_at.astimezone(UTC).date()

    @property
    def lacks(self) -> frozenset[str]:
        """All that any of its feeds knows nothing of."""
        return frozenset(name for feed in self.feeds for name in feed.lacks)

    @property
    def content(self) -> Content:
        """What its feeds were."""
        return frozenset((feed.ref.name, feed.ref.sha256) for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All epochs, oldest first."""

    epochs: tuple[Epoch, ...] = ()

    @property
    def last(self) -> Epoch | None:
        """The newest epoch."""
        return self.epochs[-1] if self.epochs else None

    def at(self, day: date) -> Epoch:
        """The epoch that was current when a day ended. Raises NotFound for a day before the first."""
        number = self.last_until(day)
        if number == 0:
            raise unknown_day(day, first=self.epochs[0].day if self.epochs else None)
        return self.numbered(number)

    def numbered(self, number: int) -> Epoch:
        """The epoch of a number that there is."""
        return self.epochs[number - 1]

    def first_since(self, day: date) -> int:
        """The number of the first epoch that began on this day or later; one past the last if none did."""
        return bisect_left(self.epochs, day, key=lambda epoch: epoch.day) + 1

    def last_until(self, day: date) -> int:
        """The number of the last epoch that began on this day or earlier; 0 if none did."""
        return bisect_right(self.epochs, day, key=lambda epoch: epoch.day)


def unknown_day(day: date, *, first: date | None) -> NotFound:
    """The error for a day before the first that the history knows, which is None where it has not begun."""
    begin = "has not begun yet" if first is None else f"begins on {first}"
    return NotFound(f"Nothing is known of {day}: the history {begin}.")
