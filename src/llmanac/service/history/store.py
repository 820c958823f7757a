"""What the history keeps, as ``storage`` implements it: epochs, the contents of feeds, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from llmanac.domain.pricing import Rates
from llmanac.history.change import Change, RecordedChange
from llmanac.history.timeline import Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An epoch that goes into the history, with all that belongs to it."""

    epoch: Epoch
    texts: Mapping[str, bytes]
    """The contents of its feeds, by SHA-256."""
    changes: tuple[Change, ...]
    """Since the epoch before."""
    untold: Mapping[str, Rates]
    """The rates that were last told, by offer id, where those of the epoch differ by no more than noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Some of the changes: those for which all that is given here holds."""

    first: int | None = None
    """The number of the earliest epoch that they may have come with."""
    last: int | None = None
    kinds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    base: str | None = None
    offers: tuple[str, ...] = ()
    """Any of these ids, new or previous."""


class HistoryStore(Protocol):
    """Keeps epochs and changes for good: none is ever altered. Each method may raise StorageError."""

    async def secret(self) -> bytes:
        """Random bytes that all who share the store know, and nobody else."""

    async def epochs(self, *, after: int = 0) -> tuple[Epoch, ...]:
        """Every epoch with a number above this one, oldest first."""

    async def content(self, source: str, sha256: str) -> bytes:
        """The content of a feed that some epoch has."""

    async def untold(self) -> Mapping[str, Rates]:
        """What the last Addition said."""

    async def append(self, addition: Addition) -> bool:
        """Keep an epoch, all of it or nothing; False where there is one of its number already."""

    async def changes(self, selection: Selection, *, below: int | None, limit: int) -> tuple[RecordedChange, ...]:
        """The newest changes of a selection with ids below this one, as many as the limit, newest first."""
