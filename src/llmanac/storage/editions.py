"""Editions kept as files, which other processes and later starts map instead of building them again."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from llmanac.errors import DamagedFile
from llmanac.service.editions.edition import Edition
from llmanac.storage.file_lock import lock_file
from llmanac.storage.mapped_file import TEMPORARY, map_buffers, write_buffers
from llmanac.version import __version__

logger = logging.getLogger(__name__)

PROGRAM = str(Path(__file__).parents[1])
SUFFIX = ".edition"
LOCK = ".lock"
KEPT = 3
"""Files kept in a directory. The older ones are for a start that goes back to what was served before."""
ABANDONED_S = 3600.0
"""Age, in seconds, from which a half-written file is taken to be abandoned."""


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """An EditionStore in one directory; each edition has a key that names what it was built from."""

    directory: Path
    program: str
    """The version of the program that builds the editions; no version reads the files of another."""
    most: int = KEPT
    """The number of files to keep: the most recently used ones."""

    def open(self, key: str, *, whole: bool = False) -> Edition | None:
        """Map the edition with this key; None where there is none, or where its file is damaged.

        ``whole`` verifies the whole file now, not each buffer when it is first used.
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
            logger.warning("%s The edition is built again.", error.detail)
            return None
        with contextlib.suppress(OSError):  # nothing is pruned from a read-only disk either
            os.utime(path)
        return edition

    def lock(self, key: str) -> AbstractContextManager[object] | None:
        """The right to do the work of this name: None while another process has it, everyone's on a read-only disk."""
        path = self.path(key).with_suffix(LOCK)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("wb")
        except OSError:
            return nullcontext()
        try:
            lock_file(file)
        except BlockingIOError:
            file.close()
            return None
        except OSError:  # the file system has no locks
            pass
        return file

    def holds(self, key: str) -> bool:
        """Whether there is a file for this key whose header and length are right."""
        try:
            return map_buffers(self.path(key)) is not None
        except DamagedFile:
            return False

    def keep(self, key: str, edition: Edition) -> None:
        """Write an edition, and delete the least recently used ones. Raises StorageError where it cannot be written."""
        write_buffers(self.path(key), edition.pack())
        self._prune()

    def path(self, key: str) -> Path:
        """The path of the file for a key, whether or not it exists."""
        return self.directory / (sha256(f"{self.program} {key}".encode()).hexdigest()[:32] + SUFFIX)

    def _prune(self) -> None:
        """Delete the least recently used and the abandoned files; processes that have one mapped keep its pages."""
        files = sorted(self.directory.glob(f"*{SUFFIX}"), key=_last_used, reverse=True)
        abandoned = [it for it in self.directory.glob(TEMPORARY) if time.time() - _last_used(it) > ABANDONED_S]
        locks = [it for it in self.directory.glob(f"*{LOCK}") if time.time() - _last_used(it) > ABANDONED_S]
        for path in (*files[self.most :], *abandoned, *locks):
            try:
                path.unlink(missing_ok=True)  # another process prunes too
            except OSError as error:  # the edition was written all the same
                logger.warning("The old edition %s cannot be deleted: %s.", path, error.strerror)


def files_of_program(directory: Path) -> EditionFiles:
    """The editions in a directory that the program, in its present version, has built or will build."""
    return EditionFiles(directory, program=f"{__version__} {_source_mtime()}")


@cache
def _source_mtime() -> str:
    """The latest modification time of the program's files, in ns: a checkout changes without its version number."""
    return str(max(_modified_ns(PROGRAM)))


def _modified_ns(folder: str) -> Iterator[int]:
    """When each file of the program in a folder, or in one below it, last changed; a third of the time of ``rglob``."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _modified_ns(entry.path)
            elif entry.name.endswith(".py"):
                yield entry.stat().st_mtime_ns


def _last_used(path: Path) -> float:
    """When a file was last used, in seconds since 1970; now for one that is being deleted."""
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
