"""Editions kept as files, so that every process that serves, and the next start, maps one instead of building it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from llmanac.errors import DamagedFile
from llmanac.service.editions.edition import Edition
from llmanac.storage.mapped_file import TEMPORARY, map_buffers, write_buffers
from llmanac.version import __version__

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).parents[1]
SUFFIX = ".edition"
KEPT = 3
"""Files beside the newest are for a start that goes back to what was served before."""
ABANDONED_S = 3600.0
"""The age of a file that is half written, and that nobody can be writing any more."""


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """The editions in one directory, each under a key that names what it was built from. A plain value."""

    directory: Path
    program: str
    """Names what builds them: another program reads what others have built as little as they read its own."""
    most: int = KEPT
    """Files to keep: those that were used last."""

    def open(self, key: str, *, whole: bool = False) -> Edition | None:
        """The edition of this key, mapped; None where there is none, or none that can be read.

        ``whole`` checks all of its file now, not each part when it is first needed.
        """
        path = self.path(key)
        try:
            buffers = map_buffers(path)
            if buffers is None:
                return None
            if whole:
                buffers.check()
            edition = Edition(buffers)
        except DamagedFile as error:
            logger.warning("%s The edition is made again.", error.detail)
            return None
        with contextlib.suppress(OSError):  # on a disk that cannot be written to, nothing is dropped either
            os.utime(path)
        return edition

    def holds(self, key: str) -> bool:
        """Whether there is a file for this key, as far as its header and its length tell."""
        try:
            return map_buffers(self.path(key)) is not None
        except DamagedFile:
            return False

    def keep(self, key: str, edition: Edition) -> None:
        """Write an edition, and drop those unused for longest. Raises StorageError where it cannot be written."""
        write_buffers(self.path(key), edition.pack())
        self._prune()

    def path(self, key: str) -> Path:
        """Where the edition of a key lies, if there is one."""
        return self.directory / (sha256(f"{self.program} {key}".encode()).hexdigest()[:32] + SUFFIX)

    def _prune(self) -> None:
        """Who has a file mapped keeps its pages, also when its name is gone."""
        with contextlib.suppress(FileNotFoundError):  # another process prunes too
            files = sorted(self.directory.glob(f"*{SUFFIX}"), key=_last_used, reverse=True)
            abandoned = [it for it in self.directory.glob(TEMPORARY) if time.time() - _last_used(it) > ABANDONED_S]
            for path in (*files[self.most :], *abandoned):
                path.unlink()


def files_of_program(directory: Path) -> EditionFiles:
    """The editions in a directory that this program, in its present state, has built or will build."""
    return EditionFiles(directory, program=f"{__version__} {_changed()}")


def _changed() -> str:
    """When the program's files last changed: a checkout changes without its version."""
    return str(max(file.stat().st_mtime_ns for file in PROGRAM.rglob("*.py")))


def _last_used(path: Path) -> float:
    return path.stat().st_mtime
