"""What use cases need from outside: each Protocol is implemented in ``storage``, or handed in by ``bootstrap``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class RunInWorker(Protocol):
    """Runs a function of a module where it holds up no request; see ``service.runtime.worker_process``."""

    def __call__(self, work: Callable[[Given], Made], given: Given) -> Awaitable[Made]:
        """What ``work`` makes of ``given``; raises what it raises."""
