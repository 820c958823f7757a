"""When an offer was listed, and under which ids: told by its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from llmanac.history.change import ChangeKind, RecordedChange
from llmanac.history.timeline import Epoch, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """When an offer was listed, under which ids, and what happened to it."""

    first_seen: date
    since_beginning: bool
    """It was there when the history began, so it may be older."""
    last_seen: date
    removed: date | None
    names: tuple[str, ...]
    """Its ids, the newest first."""
    changes: tuple[RecordedChange, ...]
    """Newest first."""


def lifetime_of(
    names: Sequence[str], changes: Sequence[RecordedChange], *, timeline: Timeline, until: Epoch
) -> Lifetime:
    """The life of an offer up to the end of an epoch.

    ``names`` are its ids, and ``changes`` all of its changes, both newest first.
    """
    turns = [it for it in changes if it.change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RENAMED}]
    arrived = turns[-1] if turns and turns[-1].change.kind is ChangeKind.ADDED else None
    left = turns[0] if turns and _has_left(turns[0], names[0]) else None
    return Lifetime(
        first_seen=timeline.numbered(arrived.epoch if arrived else 1).day,
        since_beginning=arrived is None,
        last_seen=timeline.numbered(left.epoch - 1).day if left else until.day,
        removed=timeline.numbered(left.epoch).day if left else None,
        names=tuple(names),
        changes=tuple(changes),
    )


def _has_left(turn: RecordedChange, name: str) -> bool:
    change = turn.change
    return change.kind is ChangeKind.REMOVED or (change.kind is ChangeKind.RENAMED and change.previous == name)
