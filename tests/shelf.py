"""In place of the directory of editions."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack

from llmanac.errors import StorageError
from llmanac.service.editions.edition import Edition


class Shelf:
    """Keeps editions in memory, or says that it cannot."""

    def __init__(self, *, is_full: bool = False) -> None:
        self.kept: dict[str, Edition] = {}
        self._is_full = is_full
        self._locked = set[str]()

    def keep(self, key: str, edition: Edition) -> None:
        if self._is_full:
            raise StorageError("The edition cannot be written to the shelf: No space left.")
        self.kept[key] = edition

    def lock(self, key: str) -> AbstractContextManager[object] | None:
        if key in self._locked:
            return None
        self._locked.add(key)
        lock = ExitStack()
        lock.callback(self._locked.discard, key)
        return lock

    def holds(self, key: str) -> bool:
        return key in self.kept

    def open(self, key: str, *, whole: bool = False) -> Edition | None:  # noqa: ARG002 -- nothing is damaged here
        return self.kept.get(key)
