"""Lifecycle dates of an offer: when it is deprecated and when it ends, each with the source that states it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from llmanac.domain.dates import last_day_of
from llmanac.domain.documented import DOCUMENTED


@dataclass(frozen=True, slots=True)
class LifecycleDate:
    """A date in the life of an offer, and the source that states it."""

    __pydantic_config__ = DOCUMENTED

    date: str
    """``YYYY-MM-DD``, or ``YYYY-MM`` where only the month is known."""
    source: str
    """The name of the source."""
    last_stated: str | None = None
    """The last day on which the source was known to state it; null while its newest feed does."""

    @property
    def day(self) -> dt.date:
        """The day; for a month, its last day."""
        return last_day_of(self.date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """The dates of an offer that is ending. Each is None where no source states it."""

    __pydantic_config__ = DOCUMENTED

    deprecated_on: LifecycleDate | None = None
    """The day of the first feed that calls it deprecated; it may have been so for longer."""
    retires_on: LifecycleDate | None = None
    """Its last day."""
    retires_not_before: LifecycleDate | None = None
    """A day until which it is promised; it may stay for longer."""

    @property
    def stated(self) -> LifecycleDate | None:
        """The date of its end, as a source states it: the last day, or the day that it does not end before."""
        return self.retires_on or self.retires_not_before

    def has_ended(self, today: dt.date) -> bool:
        """Returns True if its last day is over."""
        return self.retires_on is not None and self.retires_on.day < today


NO_LIFECYCLE = Lifecycle()
"""The lifecycle of an offer for which no source states a date."""
