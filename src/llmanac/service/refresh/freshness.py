"""The freshness of the served catalog: its snapshot, since when, and when each source was last reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from llmanac.domain.feed import FeedRef
from llmanac.domain.records import Source
from llmanac.service.editions.edition import Edition
from llmanac.service.refresh.records import Outcome, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFreshness:
    """The freshness of one source."""

    name: str
    date: str
    """The day or month that its facts are of."""
    checked_at: datetime | None
    """When it last confirmed or replaced them; None where it was never reached."""
    outcome: Outcome | None
    """The outcome of its last refresh."""
    is_stale: bool
    """Whether it has not been reached for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The freshness of the served edition."""

    snapshot: str
    """The edition's id."""
    modified_at: datetime
    """When it was accepted, or overlays last changed it; for the embedded snapshot, the day of its newest feed."""
    sources: tuple[SourceFreshness, ...]
    """By name."""

    @property
    def is_stale(self) -> bool:
        """Whether any source has not been reached for too long."""
        return any(source.is_stale for source in self.sources)


def freshness_of(
    edition: Edition,
    *,
    accepted_at: datetime | None,
    states: Mapping[str, SourceState],
    now: datetime,
    stale_after: timedelta,
) -> Freshness:
    """The freshness of an edition; ``accepted_at`` is None for one that no refresh made."""
    return Freshness(
        snapshot=edition.id,
        modified_at=accepted_at or max(_begin(source.ref) for source in edition.sources),
        sources=tuple(
            _source(source, states.get(source.ref.name), now=now, stale_after=stale_after)
            for source in sorted(edition.sources, key=lambda source: source.ref.name)
        ),
    )


def _source(source: Source, state: SourceState | None, *, now: datetime, stale_after: timedelta) -> SourceFreshness:
    checked_at = state.checked_at if state else None
    return SourceFreshness(
        name=source.ref.name,
        date=source.ref.date,
        checked_at=checked_at,
        outcome=state.outcome if state else None,
        is_stale=now - (checked_at or _begin(source.ref)) > stale_after,
    )


def _begin(feed: FeedRef) -> datetime:
    """The first moment of the day or month that a feed's facts are of."""
    return datetime.combine(feed.day, time(), UTC)
