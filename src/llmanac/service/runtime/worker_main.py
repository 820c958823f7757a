"""Runs a job inside a worker process. Imports little, since each job starts a new process."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from llmanac.errors import InvalidSource, LlmanacError

NICENESS = 5
"""Added to the process's niceness: requests have priority."""


def run_job(sender: Connection, function: Callable[[Any], Any], argument: Any, *, memory: int) -> None:
    """Send the result of ``function(argument)``, or the LlmanacError that it raises; ``memory`` is a limit in bytes."""
    os.nice(NICENESS)
    _limit_memory(memory)
    try:
        result: Any = function(argument)
    except LlmanacError as error:
        result = error
    except MemoryError:
        result = InvalidSource(f"the feeds could not be processed within {memory >> 20} MiB of memory.")
    with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
        sender.send(result)


def _limit_memory(memory: int) -> None:
    if sys.platform == "linux":  # elsewhere the limit is not enforced, or counts memory that is merely reserved
        import resource  # noqa: PLC0415 -- not everywhere

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
