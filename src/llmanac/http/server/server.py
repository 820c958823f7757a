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
from llmanac.http.server.request_cycle import Shortcut

BACKLOG = 2048
SPARE_FILES = 256
"""Open files that are not connections: the database, listeners, feeds."""

SWITCH_SECONDS = 0.001
"""How long a thread that prepares something may keep Python to itself while a request waits; five times are usual."""

GRACE_SECONDS = 30
"""How long answers may take once the server has been told to stop."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """What is served, and how."""

    app: ASGIApp
    shortcut: Shortcut | None = None
    connections: Connections = field(default_factory=lambda: Connections(WireBounds()))
    drain_seconds: float = 0
    """How long to go on accepting connections once told to stop, for a balancer to notice."""


class Server(uvicorn.Server):
    """A uvicorn server that says when it is listening, and that drains before it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        serving: ServerOptions,
        announce: Callable[[], None],
        heeds_signals: bool = True,
    ) -> None:
        super().__init__(config)
        self._heeds_signals = heeds_signals
        self._serving = serving
        self._announce = announce

    @property
    def connections(self) -> Iterable[Perishable]:
        """All that are open."""
        return cast("set[HardenedProtocol]", self.server_state.connections)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Of two servers in one process, one hears the signals, and the other ends with it."""
        with super().capture_signals() if self._heeds_signals else contextlib.nullcontext():
            yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that the end is near, wait for balancers to see it, and stop when all is answered."""
        self._serving.connections.draining = True
        await asyncio.sleep(self._serving.drain_seconds)
        await super().shutdown(sockets)


async def serve(serving: ServerOptions, listener: socket.socket, *, announce: Callable[[], None]) -> None:
    """Serve what comes in on this socket until a signal ends it; ``announce`` is called once it is answered."""
    sys.setswitchinterval(SWITCH_SECONDS)
    server = create_server(serving, announce=announce)
    async with serving.connections.watch(server.connections):
        await server.serve(sockets=[listener])


@contextlib.asynccontextmanager
async def serve_beside(serving: ServerOptions, *, host: str, port: int) -> AsyncIterator[str]:
    """Serve this too, at the base URL that is given, until the block ends; signals are the main server's.

    Raises ConfigurationError when the address cannot be listened on.
    """
    listener = listen(host, port)
    listening = asyncio.Event()
    server = create_server(serving, announce=listening.set, heeds_signals=False)
    async with serving.connections.watch(server.connections):
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await listening.wait()
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            await task


def create_server(serving: ServerOptions, *, announce: Callable[[], None], heeds_signals: bool = True) -> Server:
    """A server that does not listen yet; someone must watch its connections."""
    config = uvicorn.Config(
        serving.app,
        # uvicorn calls it as it would the class.
        http=cast(
            "type[asyncio.Protocol]",
            partial(HardenedProtocol, connections=serving.connections, shortcut=serving.shortcut),
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
    return Server(config, serving=serving, announce=announce, heeds_signals=heeds_signals)


def fit_to_open_files(bounds: WireBounds) -> WireBounds:
    """These bounds with no more connections than the system lets this process have files open.

    The process asks for as many as it may have; what is left of too low a limit is said in the log.
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
    """Bound by us, not by uvicorn, so that an address in use is an error with a way out and not a log line."""
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
    """The base URL of what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family is socket.AF_INET6 else f"http://{host}:{port}"
