"""Someone who only wants an answer while others misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bench.client import HOST

ADDRESS = "127.0.0.250"
"""Not that of those who misbehave: what one address may do is bounded."""


@dataclass
class Bystander:
    """The duration of each request in seconds, and the number of those without a 200."""

    times: list[float] = field(default_factory=list)
    failures: int = 0

    def quantile_ms(self, quantile: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.times)
        return ordered[min(int(quantile * len(ordered)), len(ordered) - 1)] * 1000

    def __str__(self) -> str:
        return (
            f"others: {len(self.times)} requests, p50 {self.quantile_ms(0.5):.1f} ms, "
            f"p99 {self.quantile_ms(0.99):.1f} ms, {self.failures} failed"
        )


@contextlib.asynccontextmanager
async def standing_by(port: int, path: str, token: str, *, per_second: float = 100) -> AsyncIterator[Bystander]:
    """Ask at a steady rate, on one connection, while the block runs."""
    bystander = Bystander()
    task = asyncio.create_task(_ask(bystander, port, _request(path, token), pause=1 / per_second))
    try:
        yield bystander
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


async def _ask(bystander: Bystander, port: int, request: bytes, *, pause: float) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection(HOST, port, local_addr=(ADDRESS, 0))
        except OSError:
            bystander.failures += 1
            await asyncio.sleep(pause)
            continue
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                began = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                bystander.times.append(time.perf_counter() - began)
                bystander.failures += not head.startswith(b"HTTP/1.1 200")
                await asyncio.sleep(pause)
        bystander.failures += 1


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
