"""Runs in a worker process: the work that it is given. It imports little, since each work begins a new process."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from llmanac.errors import InvalidSource, LlmanacError

NICENESS = 5
"""Requests go first."""


def run_job(sender: Connection, work: Callable[[Any], Any], given: Any, *, memory: int) -> None:
    """Send what ``work`` makes of ``given``, or the LlmanacError that it raises."""
    os.nice(NICENESS)
    _limit_memory(memory)
    try:
        answer: Any = work(given)
    except LlmanacError as error:
        answer = error
    except MemoryError:
        answer = InvalidSource(f"the feeds could not be worked through within {memory >> 20} MiB of memory.")
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        sender.send(answer)


def _limit_memory(memory: int) -> None:
    if sys.platform == "linux":  # elsewhere the limit is not kept, or counts what is merely reserved
        import resource  # noqa: PLC0415 -- not everywhere

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
