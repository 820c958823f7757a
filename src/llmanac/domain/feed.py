"""FeedRef: which version of which feed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from llmanac.domain.dates import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRef:
    """One version of one feed: everything about it but its content."""

    name: str
    """The source: ``models.dev`` or another key of ``ingest.decode.sources.SOURCES``."""
    origin: str
    """Where it is from: ``embedded``, ``seed``, a path, or the address that it was fetched from."""
    date: str
    """The day that its facts are of, ``YYYY-MM-DD``; or the month, ``YYYY-MM``."""
    sha256: str
    """Of its content, unpacked."""

    @property
    def day(self) -> dt.date:
        """The day of its facts; of a month, the first."""
        return day_of(self.date)
