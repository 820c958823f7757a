"""Clients that take their time: each kind opens many connections, and we see when the last of them is closed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bench.client import HOST

STEP_SECONDS = 0.5
SMALL_BUFFER = 4096

Dawdle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


async def silence(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Says nothing."""
    await asyncio.sleep(3600)


async def slow_head(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A header now and then, and never the last one."""
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")
    while True:
        await asyncio.sleep(STEP_SECONDS)
        writer.write(b"X-A: b\r\n")


async def slow_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte of the body now and then."""
    writer.write(b"POST /api/v1/inference/estimate HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{")
    while True:
        await asyncio.sleep(STEP_SECONDS)
        writer.write(b" ")


async def slow_chunks(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A chunk of one byte now and then."""
    writer.write(b"POST /api/v1/inference/estimate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await asyncio.sleep(STEP_SECONDS)
        writer.write(b"1\r\n \r\n")


KINDS: dict[str, Dawdle] = {
    "silence": silence,
    "slow head": slow_head,
    "slow body": slow_body,
    "slow chunks": slow_chunks,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of connections, of those that were closed, and the time of the last close."""

    opened: int
    closed: int
    last_after_s: float


async def dawdle(port: int, kind: Dawdle, count: int, *, patience: float) -> Outcome:
    """Open connections of one kind, and wait until the server has closed them."""
    closed: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        began = time.perf_counter()
        task = asyncio.create_task(kind(reader, writer))
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(patience):
                while await reader.read(1 << 16):
                    pass
        if time.perf_counter() - began < patience:
            closed.append(time.perf_counter() - began)
        task.cancel()
        writer.transport.abort()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await task

    await asyncio.gather(*(one() for _ in range(count)))
    return Outcome(count, len(closed), max(closed, default=0.0))


async def never_read(port: int, request: bytes, count: int, *, patience: float) -> Outcome:
    """Ask for a lot, read nothing, and see when the server gives up."""
    closed: list[float] = []

    async def one() -> None:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        with contextlib.closing(connection):
            await loop.sock_connect(connection, (HOST, port))
            began = time.perf_counter()
            with contextlib.suppress(OSError):
                await loop.sock_sendall(connection, request)
                # A reset is the only thing that writing notices of a server that has gone.
                while time.perf_counter() - began < patience:
                    await asyncio.sleep(STEP_SECONDS)
                    await loop.sock_sendall(connection, b"G")
            if time.perf_counter() - began < patience:
                closed.append(time.perf_counter() - began)

    await asyncio.gather(*(one() for _ in range(count)))
    return Outcome(count, len(closed), max(closed, default=0.0))
