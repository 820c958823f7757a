"""The bounds of a refresh in memory and time, whatever comes; with the real bounds, on real bombs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import brotli
import pytest
from backports import zstd

from llmanac.ingest.fetch.upstream import USUAL_BOUNDS

MIB = 2**20
MOST_MEMORY = 150 * MIB

MEASURE = """
import asyncio, json, re, resource, sys, time
from pathlib import Path
from datetime import UTC, datetime
from llmanac.errors import UpstreamFailed
from llmanac.ingest.fetch.fetcher import Fetcher
from llmanac.ingest.fetch.upstream import Upstream

def peak():
    status = Path("/proc/self/status")  # where there is one: getrusage counts what the parent had, on Linux
    if status.exists():
        return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def main(urls):
    async with Fetcher(clock=lambda: datetime.now(UTC), jitter=lambda: 0.0, allow_private=True) as fetcher:
        await fetcher.fetch(Upstream(urls[0]))  # one that is in order
        before, told, longest = peak(), [], 0.0
        for url in urls[1:]:
            began = time.monotonic()
            try:
                await fetcher.fetch(Upstream(url))
            except UpstreamFailed as error:
                told.append(error.detail)
            longest = max(longest, time.monotonic() - began)
    print(json.dumps({"grown": peak() - before, "told": told, "longest": longest}))

asyncio.run(main(sys.argv[1:]))
"""


def gzip_of(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([packer.compress(bytes(MIB)) for _ in range(mebibytes)]) + packer.flush()


def brotli_of(mebibytes: int) -> bytes:
    packer = brotli.Compressor(quality=1)
    packed: list[bytes] = [packer.process(bytes(MIB)) for _ in range(mebibytes)]
    return b"".join([*packed, packer.finish()])


def zstd_of(mebibytes: int) -> bytes:
    packer = zstd.ZstdCompressor()
    return b"".join([packer.compress(bytes(MIB)) for _ in range(mebibytes)]) + packer.flush()


def serve(body: bytes, coding: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n{coding}connection: close\r\n\r\n"
        writer.write(head.encode() + body)
        with suppress(ConnectionError):  # the client has had enough
            await writer.drain()
        writer.close()

    return handle


GZIP_BOMB = gzip_of(200)
BODIES = (
    (b"{}", ""),
    (GZIP_BOMB, "content-encoding: gzip\r\n"),
    (brotli_of(200), "content-encoding: br\r\n"),
    (zstd_of(200), "content-encoding: zstd\r\n"),
    (GZIP_BOMB, ""),
    (bytes(40 * MIB), ""),
)


async def measure() -> dict[str, object]:
    """How another process fares that fetches each of these."""
    servers = [await asyncio.start_server(serve(body, coding), "127.0.0.1", 0) for body, coding in BODIES]
    urls = [f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/" for server in servers]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MEASURE, *urls, stdout=subprocess.PIPE, cwd=Path(__file__).parent
    )
    printed, _ = await process.communicate()
    for server in servers:
        server.close()
    measured: dict[str, object] = json.loads(printed)
    return measured


@pytest.mark.anyio
async def test_bombs_and_floods_take_little_memory_and_time() -> None:
    measured = await measure()

    assert len(measured["told"]) == len(BODIES) - 1  # type: ignore[arg-type]  # -- a list of JSON
    assert measured["grown"] <= MOST_MEMORY  # type: ignore[operator]  # -- a number of JSON
    assert measured["longest"] <= USUAL_BOUNDS.total_s + 1  # type: ignore[operator]  # -- a number of JSON
