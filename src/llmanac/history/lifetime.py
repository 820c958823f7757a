"""The lifetime of an offer, derived from its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from llmanac.history.change import ChangeKind, RecordedChange
from llmanac.history.timeline import Epoch, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """The days for which an offer was listed, with its ids and its changes."""

    first_seen: date
    since_beginning: bool
    """Whether the offer was listed when the history began, and so may be older than ``first_seen``."""
    last_seen: date
    removed: date | None
    names: tuple[str, ...]
    """All ids that the offer has had, newest first."""
    changes: tuple[RecordedChange, ...]
    """Newest first."""


def lifetime_of(
    names: Sequence[str], changes: Sequence[RecordedChange], *, timeline: Timeline, until: Epoch
) -> Lifetime:
    """The lifetime of an offer up to the end of an epoch.

    ``names`` are its ids, and ``changes`` all of its changes, both newest first.
    """
    events = [it for it in changes if it.change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RENAMED}]
    added = events[-1] if events and events[-1].change.kind is ChangeKind.ADDED else None
    removed = events[0] if events and _is_removal(events[0], names[0]) else None
    return Lifetime(
        first_seen=timeline.numbered(added.epoch if added else 1).day,
        since_beginning=added is None,
        last_seen=timeline.numbered(removed.epoch - 1).day if removed else until.day,
        removed=timeline.numbered(removed.epoch).day if removed else None,
        names=tuple(names),
        changes=tuple(changes),
    )


def _is_removal(event: RecordedChange, name: str) -> bool:
    """Whether this id is no longer listed after the change: removed, or renamed to another id."""
    change = event.change
    return change.kind is ChangeKind.REMOVED or (change.kind is ChangeKind.RENAMED and change.previous == name)
