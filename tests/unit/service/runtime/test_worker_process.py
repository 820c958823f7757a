from __future__ import annotations

import asyncio
import errno
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess

import pytest

from llmanac.errors import InvalidSource, LlmanacError, NotFound
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.service.runtime.worker_process import DEFAULT_LIMITS, MEMORY, ResourceLimits, run_in_worker

pytestmark = pytest.mark.anyio


def double(number: int) -> int:
    return 2 * number


def pid(_: None) -> int:
    return os.getpid()


def refuse(detail: str) -> None:
    raise NotFound(detail)


def crash(_: None) -> None:
    os._exit(1)


def stall(_: None) -> None:
    time.sleep(60)


def hoard(_: None) -> int:
    return len(bytearray(2 * MEMORY))


def make_much(size: int) -> bytes:
    return bytes(size)


async def test_the_result_is_made_in_another_process() -> None:
    assert await run_in_worker(double, 21) == 42
    assert await run_in_worker(pid, None) != os.getpid()


async def test_a_result_may_be_large() -> None:
    assert len(await run_in_worker(make_much, 20_000_000)) == 20_000_000


async def test_a_llmanac_error_is_raised_in_the_caller() -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await run_in_worker(refuse, "nowhere")


async def test_a_process_that_crashes_is_an_invalid_source() -> None:
    with pytest.raises(InvalidSource, match="the worker process failed"):
        await run_in_worker(crash, None)


async def test_a_process_that_exceeds_its_deadline_is_killed() -> None:
    with pytest.raises(InvalidSource, match=r"within 0\.5 s"):
        await run_in_worker(stall, None, limits=ResourceLimits(deadline_s=0.5))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory has no limit that holds")
async def test_a_process_that_exceeds_its_memory_fails() -> None:
    with pytest.raises(InvalidSource, match="MiB of memory"):
        await run_in_worker(hoard, None)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory has no limit that holds")
async def test_with_larger_feeds_a_process_gets_more_memory() -> None:
    limits = ResourceLimits(memory=3 * MEMORY)
    assert await run_in_worker(hoard, None, limits=limits) == 2 * MEMORY


@pytest.mark.parametrize("largest", [0, 1, MAX_SIZE])
def test_no_feeds_are_so_small_that_the_process_gets_less(largest: int) -> None:
    assert ResourceLimits.for_feeds(largest) == DEFAULT_LIMITS


def test_what_the_process_may_take_grows_with_the_largest_feed() -> None:
    large, larger = ResourceLimits.for_feeds(MAX_SIZE + 1), ResourceLimits.for_feeds(8 * MAX_SIZE)
    assert DEFAULT_LIMITS.memory < large.memory < larger.memory
    assert DEFAULT_LIMITS.deadline_s < large.deadline_s < larger.deadline_s


async def test_a_caller_that_is_cancelled_kills_the_process() -> None:
    task = asyncio.create_task(run_in_worker(stall, None))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert multiprocessing.active_children() == []


async def test_works_on_an_event_loop_that_makes_pipes_non_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    add_reader = loop.add_reader

    def add_as_uvloop_does(descriptor: int, callback: Callable[[], None]) -> None:
        os.set_blocking(descriptor, False)
        add_reader(descriptor, callback)

    monkeypatch.setattr(loop, "add_reader", add_as_uvloop_does)

    assert len(await run_in_worker(make_much, 20_000_000)) == 20_000_000


async def test_where_no_process_can_be_started_the_feeds_are_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Connection] = []
    make_pipe = SpawnContext.Pipe

    def remember_pipe(context: SpawnContext, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: FBT001, FBT002 -- as the context has it
        receiver, sender = make_pipe(context, duplex)
        ends.extend((receiver, sender))
        return receiver, sender

    def start(_process: SpawnProcess) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(SpawnContext, "Pipe", remember_pipe)
    monkeypatch.setattr(SpawnProcess, "start", start)

    with pytest.raises(LlmanacError, match="No worker process could be started") as refused:
        await run_in_worker(double, 21)

    assert not isinstance(refused.value, InvalidSource)
    assert [end.closed for end in ends] == [True, True]
