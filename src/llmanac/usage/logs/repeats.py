"""Requests that a log repeats by design: each is counted once, by the line with the most tokens.

A coding agent writes a line for each step of a streamed response, under one id and with growing counts, and copies
lines into the files of sessions that go on from others.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from typing import TypeAlias

from llmanac.usage.record import Outcome, Skipped, UsageRecord

PENDING = 8192
"""Requests that wait for a line with more tokens: as many as are written while a response streams, and far more."""
FIRST_SIZE = 1 << 12


Place: TypeAlias = tuple[int, int]
"""The number of a file, from 0, and that of a line, from 1."""
Numbered: TypeAlias = tuple[int, int, Outcome]
"""The place of a line, and its outcome."""


class SeenIds:
    """A set of ids that takes eight bytes for each and as many to spare: their hashes, in a table.

    Two of a million ids have the same hash of 64 bits once in forty million times.
    """

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * FIRST_SIZE))
        self._mask = FIRST_SIZE - 1
        self._number = 0

    def add(self, key: object) -> None:
        """Add an id."""
        hashed = hash(key) or 1
        place = self._place(self._slots, self._mask, hashed)
        if not self._slots[place]:
            self._slots[place] = hashed
            self._number += 1
            if 3 * self._number > 2 * len(self._slots):
                self._grow()

    def __contains__(self, key: object) -> bool:
        return self._slots[self._place(self._slots, self._mask, hash(key) or 1)] != 0

    @staticmethod
    def _place(slots: array[int], mask: int, hashed: int) -> int:
        place = hashed & mask
        while slots[place] not in (0, hashed):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        size = 2 * len(self._slots)
        slots, mask = array("q", bytes(8 * size)), size - 1
        for hashed in self._slots:
            if hashed:
                slots[self._place(slots, mask, hashed)] = hashed
        self._slots, self._mask = slots, mask


class Repeats:
    """The requests of logs that repeat them, across files."""

    def __init__(self) -> None:
        self._pending: OrderedDict[tuple[str, str], tuple[int, int, UsageRecord]] = OrderedDict()
        self._seen = SeenIds()

    def add(self, key: tuple[str, str], place: Place, record: UsageRecord) -> Iterator[Numbered]:
        """Take a record; the outcomes that are certain by now, of this line or of others."""
        pending = self._pending.get(key)
        if pending is None:
            if key in self._seen:
                yield *place, Skipped.REPEATED
                return
            self._pending[key] = (*place, record)
            if len(self._pending) > PENDING:
                done, oldest = self._pending.popitem(last=False)
                self._seen.add(done)
                yield oldest
        elif _size(record) > _size(pending[2]):
            self._pending[key] = (*place, record)
            yield pending[0], pending[1], Skipped.REPEATED
        else:
            yield *place, Skipped.REPEATED

    def flush(self) -> Iterator[Numbered]:
        """The outcomes that are certain once no line follows."""
        yield from self._pending.values()
        self._pending.clear()


def _size(record: UsageRecord) -> int:
    counts = record.reading.counts
    return counts.input + counts.output
