"""The port that several sub-rooms share. Each sub-room has the ports of its own in its ``store.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class RunInWorker(Protocol):
    """Runs a function in a worker process, so that no request waits for it; see ``service.runtime.worker_process``."""

    def __call__(self, function: Callable[[Argument], Result], argument: Argument, /) -> Awaitable[Result]:
        """The result of ``function(argument)``; raises what it raises."""
