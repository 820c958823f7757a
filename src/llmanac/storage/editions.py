"""Editions kept as files, so that the next start, and every worker, maps one instead of building it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from llmanac.service.edition import Edition
from llmanac.storage.edition_file import map_buffers, write_buffers

SUFFIX = ".edition"
KEPT = 3
"""Files beside the newest are for a start that goes back to what was served before."""


class EditionFiles:
    """The editions in one directory, each under a key that names what it was built from."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def open(self, key: str) -> Edition | None:
        """The edition of this key, mapped; None where there is none, or none that can be read."""
        buffers = map_buffers(self._path(key))
        return None if buffers is None else Edition.unpack(buffers)

    def keep(self, key: str, edition: Edition) -> None:
        """Write an edition, and drop the oldest of the others. Raises StorageError where it cannot be written."""
        write_buffers(self._path(key), edition.pack())
        self._prune()

    def _path(self, key: str) -> Path:
        return self._directory / (key + SUFFIX)

    def _prune(self) -> None:
        """Who has a file mapped keeps its pages, also when its name is gone."""
        with contextlib.suppress(FileNotFoundError):  # another process prunes too
            files = sorted(self._directory.glob(f"*{SUFFIX}"), key=lambda it: it.stat().st_mtime, reverse=True)
            for path in files[KEPT:]:
                path.unlink()
