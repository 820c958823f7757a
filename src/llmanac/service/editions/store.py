"""The port of editions: a store that the processes of a machine share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from llmanac.service.editions.edition import Edition


class EditionStore(Protocol):
    """Keeps editions by key, for all processes of this machine. Picklable: it is sent to worker processes."""

    def keep(self, key: str, edition: Edition) -> None:
        """Keep an edition, whole or not at all; older ones may be dropped. Raises StorageError."""

    def lock(self, key: str) -> AbstractContextManager[object] | None:
        """The right to do the work of this name, such as building an edition; None while another process has it.

        A process has it until it leaves the context, or ends. A store that cannot tell gives it to everyone.
        """

    def holds(self, key: str) -> bool:
        """Whether an edition with this key is kept; another process may still drop it."""

    def open(self, key: str, *, whole: bool = False) -> Edition | None:
        """Open the edition of a key, in memory shared by all processes that open it; None without a readable one.

        ``whole`` checks all of it now; else each part is checked at its first use, which may raise DamagedFile.
        """
