"""Runs jobs in worker processes, such as examining feeds and building editions.

Parsing five megabytes of JSON holds the GIL for longer than a request may take, and a hostile feed may want more
memory than there is. A worker process runs one job, sends one result and exits; where it exceeds its deadline or its
memory, the feeds are invalid.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from llmanac.errors import InvalidSource, LlmanacError
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.service.runtime.worker_main import run_job

DEADLINE_S = 120.0
MEMORY = 768 << 20
"""Bytes that a worker process may allocate: five times what real feeds take."""
SECONDS_PER_BYTE = 1 / (1 << 20)
MEMORY_PER_BYTE = 20
"""Bytes that the records, two catalogs and an index take for each byte of a feed."""

Argument = TypeVar("Argument")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLimits:
    """The limits of a worker process."""

    deadline_s: float = DEADLINE_S
    memory: int = MEMORY
    """Bytes."""

    @classmethod
    def for_feeds(cls, largest: int) -> ResourceLimits:
        """The limits for feeds of up to ``largest`` bytes: above MAX_SIZE, they grow in proportion."""
        more = max(0, largest - MAX_SIZE)
        return cls(deadline_s=DEADLINE_S + more * SECONDS_PER_BYTE, memory=MEMORY + more * MEMORY_PER_BYTE)


DEFAULT_LIMITS = ResourceLimits()


async def run_in_worker(
    function: Callable[[Argument], Result], argument: Argument, *, limits: ResourceLimits = DEFAULT_LIMITS
) -> Result:
    """The result of ``function(argument)``, run in a worker process. ``function`` is defined at a module's top level.

    Raises the LlmanacError that it raises, InvalidSource where it fails in any other way, and a plain LlmanacError
    where the system cannot start a process, which says nothing about the feeds.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with receiver, sender:
        process = context.Process(
            target=run_job, args=(sender, function, argument), kwargs={"memory": limits.memory}, daemon=True
        )
        try:
            async with _running(process):
                sender.close()
                async with asyncio.timeout(limits.deadline_s):
                    result: Result | LlmanacError = await _receive(receiver)
        except TimeoutError:
            raise InvalidSource(f"the feeds could not be processed within {limits.deadline_s:g} s.") from None
        except EOFError:
            raise InvalidSource("the feeds could not be processed: the worker process failed.") from None
    if isinstance(result, LlmanacError):
        raise result
    return result


@contextlib.asynccontextmanager
async def _running(process: BaseProcess) -> AsyncIterator[None]:
    """Run a process for as long as the block lasts; then it is killed."""
    # Starting it and reading from it block, so both are done on a thread. A caller that is cancelled meanwhile waits
    # for the start: a process that received half of its job would print a traceback.
    starting = asyncio.ensure_future(asyncio.to_thread(_start, process))
    try:
        await asyncio.shield(starting)
        yield
    finally:
        await asyncio.wait([starting])
        if starting.exception() is None:
            process.kill()
            await asyncio.to_thread(process.join)
        process.close()


def _start(process: BaseProcess) -> None:
    try:
        process.start()
    except OSError as error:
        raise LlmanacError(f"No worker process could be started: {error.strerror}.") from error


async def _receive(receiver: Connection) -> Any:
    """The result, as soon as there is one; the event loop watches the pipe, so that waiting can be cancelled."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(receiver.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(receiver.fileno())
    # Some event loops make what they watch non-blocking.
    os.set_blocking(receiver.fileno(), True)
    return await asyncio.to_thread(receiver.recv)
