"""A real server on a socket of this machine, in the test's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import ASGIApp

from llmanac.http.server.bounds import WireBounds
from llmanac.http.server.connections import Connections
from llmanac.http.server.request_cycle import FastHandler
from llmanac.http.server.server import Server, ServerOptions, create_server, listen


@dataclass(frozen=True)
class WireResponse:
    """A response as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def envelope(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Listening:
    """A server that listens, and its bookkeeping."""

    port: int
    server: Server
    connections: Connections

    @asynccontextmanager
    async def connect(
        self, *, source: str = "127.0.0.1"
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection from this address, which is cut when the block ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def exchange(self, *segments: bytes, source: str = "127.0.0.1") -> bytes:
        """All bytes that the server sends in response until it closes or resets the connection."""
        received = b""
        async with self.connect(source=source) as (reader, writer):
            for segment in segments:
                writer.write(segment)
                await asyncio.sleep(0.01 if len(segments) > 1 else 0)
            with suppress(ConnectionResetError):
                while chunk := await reader.read(65536):
                    received += chunk
        return received


@asynccontextmanager
async def listening(
    app: ASGIApp, bounds: WireBounds | None = None, *, fast_path: FastHandler | None = None, drain_seconds: float = 0
) -> AsyncIterator[Listening]:
    """A server for this application, until the block ends."""
    connections = Connections(bounds or WireBounds())
    listener = listen("127.0.0.1", 0)
    ready = asyncio.Event()
    serving = ServerOptions(app=app, fast_path=fast_path, connections=connections, drain_seconds=drain_seconds)
    server = create_server(serving, announce=ready.set)
    async with connections.watch(server.connections):
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await ready.wait()
        yield Listening(listener.getsockname()[1], server, connections)
        server.should_exit = True
        await task


def split(received: bytes) -> list[WireResponse]:
    """The responses in a stream, each with a Content-Length, or the last one."""
    responses = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", 0))
        responses.append(WireResponse(int(status_line.split()[1]), headers, rest[:length]))
        received = rest[length:]
    return responses
