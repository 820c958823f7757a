"""Feeds are examined, and editions built, in a process of their own.

Parsing five megabytes of JSON holds Python's lock for longer than a request may take, and a hostile feed may
want more memory than there is. The process takes what it is given, answers once and ends; what it did not
answer in time, or within its memory, was not fit to be served.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from llmanac.errors import InvalidSource, LlmanacError

DEADLINE_S = 120.0
MEMORY = 768 << 20
"""Bytes that the process may hold: five times what real feeds take."""
NICENESS = 5
"""Requests go first."""

Given = TypeVar("Given")
Made = TypeVar("Made")


async def run_apart(work: Callable[[Given], Made], given: Given, *, deadline_s: float = DEADLINE_S) -> Made:
    """What ``work``, a function of a module, makes of ``given``.

    Raises what it raises where that is a LlmanacError, InvalidSource where it ends in any other way, and a plain
    LlmanacError where the system has no process to give, which says nothing about the feeds.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with receiver, sender:
        process = context.Process(target=_work, args=(sender, work, given), daemon=True)
        try:
            async with _running(process):
                sender.close()
                async with asyncio.timeout(deadline_s):
                    answer: Made | LlmanacError = await _receive(receiver)
        except TimeoutError:
            raise InvalidSource(f"the feeds could not be worked through within {deadline_s:g} s.") from None
        except EOFError:
            raise InvalidSource("the feeds could not be worked through: the process that tried it failed.") from None
    if isinstance(answer, LlmanacError):
        raise answer
    return answer


def give_back_memory() -> None:
    """Give to the system what great works have left unused, which the C library would keep for itself."""
    gc.collect()
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):  # glibc has it, musl not
        library.malloc_trim(0)


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


def _work(sender: Connection, work: Callable[[Any], Any], given: Any) -> None:
    os.nice(NICENESS)
    _limit_memory()
    try:
        answer: Any = work(given)
    except LlmanacError as error:
        answer = error
    except MemoryError:
        answer = InvalidSource(f"the feeds could not be worked through within {MEMORY >> 20} MiB of memory.")
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        sender.send(answer)


def _limit_memory() -> None:
    if sys.platform == "linux":  # elsewhere the limit is not kept, or counts what is merely reserved
        import resource  # noqa: PLC0415 — not everywhere

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
