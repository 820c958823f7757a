"""Feeds are examined, and editions built, in a process of their own.

Parsing five megabytes of JSON holds Python's lock for longer than a request may take, and a hostile feed may
want more memory than there is. The process takes what it is given, answers once and ends; what it did not
answer in time, or within its memory, was not fit to be served.
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
"""Bytes that the process may hold: five times what real feeds take."""
SECONDS_PER_BYTE = 1 / (1 << 20)
MEMORY_PER_BYTE = 20
"""For each byte of a feed, what its records, two catalogs and an index of them take."""

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLimits:
    """What the process may take."""

    deadline_s: float = DEADLINE_S
    memory: int = MEMORY
    """Bytes."""

    @classmethod
    def for_feeds(cls, largest: int) -> ResourceLimits:
        """For feeds of so many bytes: as usual, and in proportion for what they have above the usual."""
        more = max(0, largest - MAX_SIZE)
        return cls(deadline_s=DEADLINE_S + more * SECONDS_PER_BYTE, memory=MEMORY + more * MEMORY_PER_BYTE)


USUAL_ALLOWANCE = ResourceLimits()


async def run_in_worker(
    work: Callable[[Given], Made], given: Given, *, limits: ResourceLimits = USUAL_ALLOWANCE
) -> Made:
    """What ``work``, a function of a module, makes of ``given``.

    Raises what it raises where that is a LlmanacError, InvalidSource where it ends in any other way, and a plain
    LlmanacError where the system has no process to give, which says nothing about the feeds.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with receiver, sender:
        process = context.Process(
            target=run_job, args=(sender, work, given), kwargs={"memory": limits.memory}, daemon=True
        )
        try:
            async with _running(process):
                sender.close()
                async with asyncio.timeout(limits.deadline_s):
                    answer: Made | LlmanacError = await _receive(receiver)
        except TimeoutError:
            raise InvalidSource(f"the feeds could not be worked through within {limits.deadline_s:g} s.") from None
        except EOFError:
            raise InvalidSource("the feeds could not be worked through: the process that tried it failed.") from None
    if isinstance(answer, LlmanacError):
        raise answer
    return answer


@contextlib.asynccontextmanager
async def _running(process: BaseProcess) -> AsyncIterator[None]:
    """The process is started, and ended with the block."""
    # Starting it and reading from it wait for the system, so both are done on a thread. Whoever gives up meanwhile
    # waits for the start: a process that is handed half of its work would complain of it.
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
        raise LlmanacError(f"No process could be started to work in: {error.strerror}.") from error


async def _receive(receiver: Connection) -> Any:
    """The answer, as soon as there is one; the pipe is watched by the event loop, so that waiting can be given up."""
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
