"""The port of the history: a store of epochs, contents of feeds and changes, which ``storage`` implements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from llmanac.domain.pricing import Rates
from llmanac.history.change import Change, RecordedChange
from llmanac.history.timeline import Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An epoch to append to the history, with everything that belongs to it."""

    epoch: Epoch
    texts: Mapping[str, bytes]
    """The contents of its feeds, by SHA-256."""
    changes: tuple[Change, ...]
    """Since the epoch before."""
    last_reported: Mapping[str, Rates]
    """The rates that were last reported, by offer id, where those of the epoch differ from them by mere noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A filter of changes, by numbers and ids: those that meet every condition given."""

    first: int | None = None
    """The number of the earliest epoch that a change may have begun."""
    last: int | None = None
    kinds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    base: str | None = None
    offers: tuple[str, ...] = ()
    """Any of these ids, current or previous."""


class HistoryStore(Protocol):
    """Keeps epochs and changes for good: none is ever altered. Each method may raise StorageError."""

    async def secret(self) -> bytes:
        """Random bytes that the processes which share the store have in common, and nobody else knows."""

    async def epochs(self, *, after: int = 0) -> tuple[Epoch, ...]:
        """Every epoch with a number above this one, oldest first."""

    async def content(self, source: str, sha256: str) -> bytes:
        """The content of some epoch's feed, unpacked."""

    async def last_reported(self) -> Mapping[str, Rates]:
        """The ``last_reported`` rates of the newest Addition."""

    async def append(self, addition: Addition) -> bool:
        """Append an epoch, all of it or nothing; False where there is one with its number already."""

    async def changes(self, selection: Selection, *, below: int | None, limit: int) -> tuple[RecordedChange, ...]:
        """The newest changes of a selection with ids below ``below``, at most ``limit``, newest first."""
