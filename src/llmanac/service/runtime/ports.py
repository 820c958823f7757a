"""The port of worker processes, for use cases that have long work done in one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class RunInWorker(Protocol):
    """Runs a function in a worker process, so that no request waits for it; see ``worker_process``."""

    def __call__(self, function: Callable[[Argument], Result], argument: Argument, /) -> Awaitable[Result]:
        """The result of ``function(argument)``; raises what it raises."""
