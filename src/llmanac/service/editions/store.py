"""The port of editions: where they are kept for all who serve them."""

from __future__ import annotations

from typing import Protocol

from llmanac.service.editions.edition import Edition


class EditionStore(Protocol):
    """Keeps editions by key, for all processes of this machine. A plain value: it travels between them."""

    def keep(self, key: str, edition: Edition) -> None:
        """Keep an edition, whole or not at all, perhaps in place of others. Raises StorageError."""

    def holds(self, key: str) -> bool:
        """Whether there is an edition of this key; another process may still drop it."""

    def open(self, key: str, *, whole: bool = False) -> Edition | None:
        """The edition of a key, its memory shared with all who open it; None where there is none that can be read.

        ``whole`` checks all of it now; else each part is checked when it is first needed, and DamagedFile is raised
        then.
        """
