"""Stores in memory, for catalogs without an installation and where nothing may be written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.history.change import RecordedChange
from llmanac.history.timeline import Epoch
from llmanac.service.editions.edition import Edition
from llmanac.service.history.store import Addition, Selection


class InMemoryHistoryStore:
    """A HistoryStore in the memory of one process. The values that it returns are frozen, so threads may share them."""

    def __init__(self, *, secret: bytes | None = None) -> None:
        """``secret`` is the one to return; without it, there are 32 random bytes."""
        self._secret = secret or secrets.token_bytes(32)
        self._epochs: tuple[Epoch, ...] = ()
        self._contents: dict[str, bytes] = {}
        self._changes: tuple[RecordedChange, ...] = ()
        self._last_reported: Mapping[str, Rates] = {}

    async def secret(self) -> bytes:
        """The secret bytes, which stay the same for the lifetime of the store."""
        return self._secret

    async def epochs(self, *, after: int = 0) -> tuple[Epoch, ...]:
        """The epochs with numbers above ``after``, oldest first."""
        return self._epochs[after:]

    async def content(self, source: str, sha256: str) -> bytes:
        """The content of a feed, unpacked. Raises StorageError for one that was never added."""
        try:
            return self._contents[sha256]
        except KeyError:
            raise StorageError(f"The history has no feed of {source} with the SHA-256 {sha256}.") from None

    async def last_reported(self) -> Mapping[str, Rates]:
        """The rates that were last reported, as the newest Addition left them, by offer id."""
        return self._last_reported

    async def append(self, addition: Addition) -> bool:
        """Store an epoch; False where its number is not the next one."""
        if addition.epoch.number != len(self._epochs) + 1:
            return False
        first = len(self._changes) + 1
        numbered = enumerate(reversed(addition.changes), first)  # the first change of an epoch is listed first
        self._contents |= addition.texts
        self._changes += tuple(RecordedChange(id_, addition.epoch.number, change) for id_, change in numbered)
        self._last_reported = addition.last_reported
        self._epochs += (addition.epoch,)
        return True

    async def changes(self, selection: Selection, *, below: int | None, limit: int) -> tuple[RecordedChange, ...]:
        """The newest ``limit`` changes of a selection, newest first; ``below`` leaves out ids from it on."""
        older = self._changes if below is None else self._changes[: below - 1]
        return tuple([it for it in reversed(older) if _is_selected(it, selection)][:limit])


@dataclass(frozen=True, slots=True)
class InMemoryEditions:
    """An EditionStore in the memory of one process."""

    editions: dict[str, Edition] = field(default_factory=dict)
    """The editions by key."""

    def keep(self, key: str, edition: Edition) -> None:
        """Store an edition under a key."""
        self.editions[key] = edition

    def lock(self, key: str) -> AbstractContextManager[object] | None:  # noqa: ARG002 -- one process has it to itself
        """The right to build an edition."""
        return nullcontext()

    def holds(self, key: str) -> bool:
        """Whether there is an edition with this key."""
        return key in self.editions

    def open(self, key: str, *, whole: bool = False) -> Edition | None:  # noqa: ARG002 -- memory is not checked
        """The edition with this key; None where there is none."""
        return self.editions.get(key)


def _is_selected(recorded: RecordedChange, selection: Selection) -> bool:
    change = recorded.change
    return (
        (selection.first is None or recorded.epoch >= selection.first)
        and (selection.last is None or recorded.epoch <= selection.last)
        and (not selection.kinds or change.kind in selection.kinds)
        and (not selection.providers or change.provider in selection.providers)
        and (selection.base is None or change.base == selection.base)
        and (not selection.offers or change.offer in selection.offers or change.previous in selection.offers)
    )
