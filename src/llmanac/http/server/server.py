"""The server process: uvicorn around the application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from llmanac.errors import ConfigurationError
from llmanac.http.server.bounds import WireBounds
from llmanac.http.server.connections import Connections, Perishable
from llmanac.http.server.protocol import HardenedProtocol
from llmanac.http.server.request_cycle import FastHandler

BACKLOG = 2048
SPARE_FILES = 256
"""Open files that are not connections: the database, listeners, feeds."""

SWITCH_SECONDS = 0.001
"""Seconds for which a background thread may hold the GIL while a request waits; Python's default is 0.005."""

GRACE_SECONDS = 30
"""Seconds that responses may still take after the signal to stop."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """The application to serve, and how."""

    app: ASGIApp
    fast_path: FastHandler | None = None
    connections: Connections = field(default_factory=lambda: Connections(WireBounds()))
    drain_seconds: float = 0
    """Seconds to go on accepting connections after the signal to stop, for a load balancer to notice."""


class Server(uvicorn.Server):
    """A uvicorn server that announces when it is listening, and drains before it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        serving: ServerOptions,
        announce: Callable[[], None],
        handles_signals: bool = True,
    ) -> None:
        super().__init__(config)
        self._handles_signals = handles_signals
        self._serving = serving
        self._announce = announce

    @property
    def connections(self) -> Iterable[Perishable]:
        """The open connections."""
        return cast("set[HardenedProtocol]", self.server_state.connections)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Handle signals, unless another server of the process does."""
        with super().capture_signals() if self._handles_signals else contextlib.nullcontext():
            yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Report not ready, wait for load balancers to see it, and stop once every request has its response."""
        self._serving.connections.draining = True
        await asyncio.sleep(self._serving.drain_seconds)
        await super().shutdown(sockets)


async def serve(serving: ServerOptions, listener: socket.socket, *, announce: Callable[[], None]) -> None:
    """Serve on this socket until a signal; ``announce`` is called when requests are first accepted."""
    sys.setswitchinterval(SWITCH_SECONDS)
    server = create_server(serving, announce=announce)
    async with serving.connections.watch(server.connections):
        await server.serve(sockets=[listener])


@contextlib.asynccontextmanager
async def serve_beside(serving: ServerOptions, *, host: str, port: int) -> AsyncIterator[str]:
    """Serve beside the main server, which handles the signals, until the block ends; yields the base URL.

    Raises ConfigurationError when the address cannot be listened on.
    """
    listener = listen(host, port)
    listening = asyncio.Event()
    server = create_server(serving, announce=listening.set, handles_signals=False)
    async with serving.connections.watch(server.connections):
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await listening.wait()
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            await task


def create_server(serving: ServerOptions, *, announce: Callable[[], None], handles_signals: bool = True) -> Server:
    """A server that does not listen yet; the caller must watch its connections."""
    config = uvicorn.Config(
        serving.app,
        # uvicorn calls it as it would call the class.
        http=cast(
            "type[asyncio.Protocol]",
            partial(HardenedProtocol, connections=serving.connections, fast_path=serving.fast_path),
        ),
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # http/middleware/client_address.py believes only the proxies that the operator names
        log_config=None,
        log_level="warning",
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config, serving=serving, announce=announce, handles_signals=handles_signals)


def fit_to_open_files(bounds: WireBounds) -> WireBounds:
    """These bounds, with no more connections than the process may have open files.

    Raises the soft limit as far as needed; where the hard limit is too low, logs a warning.
    """
    if sys.platform == "win32":
        return bounds
    import resource  # noqa: PLC0415 -- not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = bounds.connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return bounds
    held = max(soft - SPARE_FILES, 1)
    logger.warning("The system lets this process hold %d connections, not %d: raise nofile.", held, bounds.connections)
    return replace(bounds, connections=held)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to this address. Raises ConfigurationError, with advice, where that fails.

    uvicorn would only log an address in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host} port {port}: {error.strerror}. Another --port, or --port 0, may be free."
        ) from None
    listener.set_inheritable(True)
    return listener


def url_of(listener: socket.socket) -> str:
    """The base URL of the server on this socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family is socket.AF_INET6 else f"http://{host}:{port}"
