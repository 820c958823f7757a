"""The timeline of served feeds: consecutive epochs, each beginning where the previous one ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from llmanac.domain.feed import FeedRef
from llmanac.errors import NotFound

Content: TypeAlias = frozenset[tuple[str, str]]
"""Feeds as pairs of source and SHA-256: catalogs of equal content are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedVersion:
    """A version of a feed, and the facts that it lacks."""

    ref: FeedRef
    lacks: tuple[str, ...] = ()
    """Names among ``history.facts.NAMES``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A span of time in which one catalog was served, with the feeds that it was built from."""

    number: int
    """Counted from 1, in chronological order."""
    began_at: datetime
    digest: str
    """The digest of the catalog."""
    offers: int
    feeds: tuple[FeedVersion, ...]

    @property
    def day(self) -> date:
        """The day on which it began, in UTC."""
        return self.began_at.astimezone(UTC).date()

    @property
    def lacks(self) -> frozenset[str]:
        """The names of the facts that any of its feeds lacks."""
        return frozenset(name for feed in self.feeds for name in feed.lacks)

    @property
    def content(self) -> Content:
        """The content of its feeds."""
        return frozenset((feed.ref.name, feed.ref.sha256) for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All epochs, oldest first."""

    epochs: tuple[Epoch, ...] = ()

    @property
    def last(self) -> Epoch | None:
        """The newest epoch; None before the first."""
        return self.epochs[-1] if self.epochs else None

    def at(self, day: date) -> Epoch:
        """The epoch that was current when a day ended. Raises NotFound for a day before the first."""
        number = self.last_until(day)
        if number == 0:
            raise unknown_day(day, first=self.epochs[0].day if self.epochs else None)
        return self.numbered(number)

    def numbered(self, number: int) -> Epoch:
        """The epoch of this number, which must exist."""
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
