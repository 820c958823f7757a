"""Recalls lifecycle dates from the history: when an offer became deprecated, and last days that a feed has dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.records import Offer
from llmanac.history.change import ChangeKind, Difference, DifferenceCause, RecordedChange, Value
from llmanac.history.lifetime import Lifetime
from llmanac.history.timeline import Timeline
from llmanac.ingest.decode.sources import SOURCES
from llmanac.service.offers.successors import RETIRING_STATUSES

LAST_DAYS = ("retires_on", "retires_not_before")
LAST_DAYS_SOURCE = next(name for name, source in SOURCES.items() if source.states_last_days)
"""The source whose last days are remembered."""


def recall_dates(offer: Offer, lifetime: Lifetime, timeline: Timeline) -> Lifecycle:
    """The lifecycle of a listed offer, with the dates that today's feeds do not state and earlier ones did."""
    lifecycle = offer.lifecycle
    if lifecycle.deprecated_on is None and offer.status in RETIRING_STATUSES:
        lifecycle = replace(lifecycle, deprecated_on=_deprecated_on(offer, lifetime, timeline))
    if lifecycle.stated is None:
        lifecycle = replace(lifecycle, **_dropped(lifetime.changes, timeline))
    return lifecycle


def last_dates(facts: Mapping[str, Value], lifetime: Lifetime) -> Lifecycle:
    """The lifecycle of a removed offer, by its last known facts; its last days are ``LAST_DAYS_SOURCE``'s."""
    last_seen = lifetime.last_seen.isoformat()
    return Lifecycle(
        **{
            name: LifecycleDate(stated, LAST_DAYS_SOURCE, last_stated=last_seen)
            for name in LAST_DAYS
            if isinstance(stated := facts.get(name), str)
        }
    )


def _deprecated_on(offer: Offer, lifetime: Lifetime, timeline: Timeline) -> LifecycleDate:
    """The day of the first feed that called it so: of its last change to that, else of the first with it."""
    changed = (
        (
            timeline.numbered(recorded.epoch).day,
            OVERLAYS if difference.cause is DifferenceCause.OVERLAY else offer.listed_by,
        )
        for recorded, difference in _differences(lifetime.changes, (ChangeKind.STATUS, ChangeKind.ADDED))
        if difference.field == "status" and difference.after in RETIRING_STATUSES
    )
    day, source = next(changed, (lifetime.first_seen, offer.listed_by))
    return LifecycleDate(day.isoformat(), source)


def _dropped(changes: Iterable[RecordedChange], timeline: Timeline) -> dict[str, LifecycleDate]:
    """The last day that was stated last, by its name, where a later feed states none.

    What the organisation's overlays have taken back is not what a source stated.
    """
    for recorded, difference in _differences(changes, (ChangeKind.LIFECYCLE,)):
        is_own = difference.cause is DifferenceCause.OVERLAY
        if difference.after is None and isinstance(difference.before, str) and not is_own:
            last = timeline.numbered(recorded.epoch).day - timedelta(days=1)
            return {difference.field: LifecycleDate(difference.before, LAST_DAYS_SOURCE, last_stated=last.isoformat())}
    return {}


def _differences(
    changes: Iterable[RecordedChange], kinds: Iterable[ChangeKind]
) -> Iterator[tuple[RecordedChange, Difference]]:
    """The differences of changes of these kinds, in the order of the changes."""
    wanted = frozenset(kinds)
    return ((it, difference) for it in changes if it.change.kind in wanted for difference in it.change.differences)
