"""Locks on files, which end with the process that holds them."""

from __future__ import annotations

from typing import IO

try:
    import fcntl
except ImportError:  # Windows has other locks, and one process serves there
    fcntl = None  # type: ignore[assignment]  # -- where there is no such module, there are no locks


def lock_file(file: IO[bytes]) -> None:
    """Lock an open file, until it is closed. Raises BlockingIOError where another process has locked it."""
    if fcntl is not None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
