"""``llmanac serve``: starts the server and prints its greeting."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from threading import Thread
from types import FrameType
from typing import Annotated, Any, TypeVar

import typer
from opentelemetry.trace import Tracer
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from llmanac import bootstrap, paths, settings
from llmanac.auth.rate_limiter import Quota, RateLimiter
from llmanac.auth.verifier import OpenVerifier
from llmanac.bootstrap import Running
from llmanac.cli.options.shared import DataDir
from llmanac.cli.options.source_files import Files, takes_files
from llmanac.cli.output.terminal import Exit, put, say
from llmanac.clock import system_clock
from llmanac.http.app import create_app
from llmanac.http.lazy_app import LazyApp
from llmanac.http.logs import LogFormat, LogFormatter
from llmanac.http.logs import configure as configure_logs
from llmanac.http.middleware.access_log import AccessLog
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.metrics import MetricSources, RequestMetrics, create_metrics_app
from llmanac.http.middleware.rate_limits import RateLimits
from llmanac.http.middleware.tracing import open_tracer
from llmanac.http.server.bounds import WireBounds
from llmanac.http.server.connections import Connections
from llmanac.http.server.server import ServerOptions as ServedApp
from llmanac.http.server.server import fit_to_open_files, listen, serve_beside, url_of
from llmanac.http.server.server import serve as serve_http
from llmanac.http.server.workers import Worker, Workers
from llmanac.http.services import Services
from llmanac.pages.sessions import INVITATION_LASTS, KEY_BYTES, Sessions
from llmanac.service.access.tokens import NewToken
from llmanac.settings import Settings
from llmanac.version import __version__

Result = TypeVar("Result")

FIRST = Worker(0)
"""The worker that prints the greeting; one that replaces it must not show the admin token again."""


@takes_files
def serve(
    files: Files,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.", show_default="8000")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer side by side.", show_default="1")
    ] = None,
    data_dir: DataDir = None,
    refresh: Annotated[
        bool,
        typer.Option(" /--no-refresh", help="Never ask the sources by itself; `llmanac refresh` and the API still do."),
    ] = True,
) -> None:
    chosen = settings.load(
        host=host,
        port=port,
        workers=workers,
        data_dir=data_dir,
        **files,
        refresh=None if refresh else False,
    )
    logs = configure_logs(_log_format(chosen))
    # Before a token is made: one that is shown while the server then does not start would be lost.
    listener = listen(chosen.host, chosen.port)
    start = Start(chosen, logs, listener, admin=_run(bootstrap.prepare(chosen)), key=secrets.token_bytes(KEY_BYTES))
    if chosen.workers == 1:
        _run(_serve(start))
        return
    import_for_workers()
    if not Workers(chosen.workers, lambda worker: _run(_serve(start, worker))).run():
        raise typer.Exit(Exit.FAILED)


def import_for_workers() -> None:
    """Import modules before workers are forked, so that they share the memory of them."""
    import llmanac.http.api.router  # noqa: PLC0415 -- a single process answers the catalog while these are imported
    import llmanac.pages.routes  # noqa: F401, PLC0415 -- so that workers find it imported


@dataclass(frozen=True, slots=True)
class Start:
    """The values that all workers of a server share."""

    settings: Settings
    logs: LogFormatter
    listener: socket.socket
    admin: NewToken | None
    """The token that the first start makes; None at any later one."""
    key: bytes
    """The key that signs browser sessions."""


def _run(job: Coroutine[Any, Any, Result]) -> Result:
    # The server re-raises the signal that ended it; by default that would kill the process before it has cleaned up.
    signal.signal(signal.SIGTERM, _end)
    try:
        with asyncio.Runner(loop_factory=_event_loop()) as runner:
            return runner.run(job)
    except KeyboardInterrupt:
        raise SystemExit(Exit.OK) from None


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(Exit.OK)


async def _serve(start: Start, worker: Worker = FIRST) -> None:
    chosen = start.settings
    connections = Connections(_bounds(chosen))
    metrics = RequestMetrics()
    async with bootstrap.run(chosen) as running, _tracer(chosen) as tracer:
        sessions = Sessions(running.verifier, clock=system_clock, key=start.key)
        app = create_app(
            Services(
                reader=running.reader,
                authenticator=running.verifier,
                door=running.access,
                archive=running.archive,
                refresh_runner=running.refresh_runner,
                freshness=lambda: running.publisher.freshness,
                pages=lambda: _pages(running, sessions),
                agents=lambda api: _agents(api, chosen),
                cors_origins=chosen.cors_origins,
                response_capacity=chosen.answer_cache_mib << 20,
                limits=_limits(chosen),
                metrics=metrics,
                access_log=AccessLog(chosen.access_log),
                tracer=tracer,
                minimum_client_version=chosen.minimum_client_version,
                tokens=running.tokens,
                overlays=running.overlays,
                policies=running.policies,
                audit=running.audit,
                idempotency=running.idempotency,
                clock=system_clock,
                is_draining=lambda: connections.draining,
            )
        )

        def announce() -> None:
            # The catalog is answered without the framework; all else waits for it, so it comes next.
            preparing.add(asyncio.ensure_future(_prepare(app.framework)))
            if worker == FIRST:
                put(greeting(running, url_of(start.listener), admin=start.admin, sessions=sessions))
            # Now, and not with the first line of the log, which a request may be waiting for.
            Thread(target=start.logs.prepare, daemon=True).start()

        served = ServedApp(
            app=app, fast_path=app.fast_path, connections=connections, drain_seconds=chosen.drain_seconds
        )
        preparing: set[asyncio.Future[Any]] = set()
        measured = MetricSources(
            requests=metrics, connections=connections, reader=running.reader, unreadable=lambda: _unreadable(running)
        )
        async with _metrics(chosen, measured, worker=worker.number):
            await serve_http(served, start.listener, announce=announce)


async def _prepare(framework: LazyApp) -> None:
    await framework.prepare()
    # These objects live as long as the process. Each collection that scans them would hold up requests for 50 ms.
    gc.freeze()


def _unreadable(running: Running) -> dict[str, int]:
    """The number of overlays and policies that cannot be read, with followed files as one of each kind."""
    overlays, policies = running.overlays, running.policies
    return {
        "overlay": len(overlays.unreadable) + (overlays.trouble is not None),
        "policy": len(policies.unreadable) + (policies.trouble is not None),
    }


def _pages(running: Running, sessions: Sessions) -> Sequence[BaseRoute]:
    from llmanac.pages.routes import create_routes  # noqa: PLC0415 -- templates take time to load

    return create_routes(
        reader=running.reader,
        door=running.access,
        archive=running.archive,
        refreshes=running.refresh_runner,
        overlays=running.overlays,
        policies=running.policies,
        freshness=lambda: running.publisher.freshness,
        sessions=sessions,
        clock=system_clock,
    )


def _agents(api: ASGIApp, chosen: Settings) -> Sequence[BaseRoute]:
    from llmanac.mcp.routes import create_routes  # noqa: PLC0415 -- the framework's thread imports it, and no start waits

    return create_routes(api, origins=chosen.cors_origins)


@contextlib.asynccontextmanager
async def _metrics(chosen: Settings, measured: MetricSources, *, worker: int) -> AsyncIterator[None]:
    """Serve metrics on ``metrics_port``, if it is set; each further worker takes the next port."""
    if chosen.metrics_port is None:
        yield
        return
    served = ServedApp(app=create_metrics_app(measured))
    async with serve_beside(served, host=chosen.metrics_host, port=_metrics_port(chosen.metrics_port, worker)) as url:
        say(f"Metrics: {url}/metrics")
        yield


def _metrics_port(first: int, worker: int) -> int:
    """The metrics port of a worker; 0, any free port, where the first is 0."""
    return first + worker if first else 0


@contextlib.asynccontextmanager
async def _tracer(chosen: Settings) -> AsyncIterator[Tracer | None]:
    """A tracer that exports to ``traces_url``; None if that is not set."""
    if chosen.traces_url is None:
        yield None
        return
    with open_tracer(chosen.traces_url) as tracer:
        yield tracer


def _bounds(chosen: Settings) -> WireBounds:
    return fit_to_open_files(
        WireBounds(connections=chosen.max_connections, connections_per_address=chosen.max_connections_per_address)
    )


def _limits(chosen: Settings) -> RateLimits:
    return RateLimits(
        addresses=ClientAddress(chosen.trusted_proxies),
        per_token=_per_minute(chosen.requests_per_minute),
        per_address=_per_minute(chosen.anonymous_requests_per_minute),
        failures=_per_minute(chosen.failures_per_minute),
    )


def _per_minute(requests: int) -> RateLimiter | None:
    return RateLimiter(Quota(requests, 60)) if requests else None


def _log_format(chosen: Settings) -> LogFormat:
    if chosen.log_format == "auto":
        return LogFormat.TEXT if sys.stderr.isatty() else LogFormat.JSON
    return LogFormat(chosen.log_format)


def greeting(running: Running, url: str, *, admin: NewToken | None, sessions: Sessions) -> str:
    """The text that is printed at the start: the address, a first request, and how to sign in."""
    edition = running.reader.edition
    sources = ", ".join(f"{source.ref.name} of {source.ref.date}" for source in edition.sources)
    lines = [f"llmanac {__version__} serves {edition.size:,} offers ({sources}) at {url}", ""]
    if isinstance(running.verifier, OpenVerifier):
        lines += ["Anyone who reaches this address may read, in a browser or by a program:", "", f"  {_curl(url)}"]
    elif admin:
        lines += [
            "This first start made an admin token. It is shown this once:",
            "",
            f"  {admin.text}",
            "",
            "Try it:",
            "",
            f"  {_curl(url, admin.text)}",
        ]
    else:
        lines += ["Make a token with: llmanac token create --name NAME"]
    if not isinstance(running.verifier, OpenVerifier):
        minutes = int(INVITATION_LASTS.total_seconds() // 60)
        lines += ["", f"This link signs one browser in, once, within {minutes} minutes:", ""]
        lines += [f"  {url}/sign-in?code={sessions.invite()}"]
    return "\n".join([*lines, "", f"The API, to read and to try: {url}/docs", "Stop it with Ctrl-C.", ""])


def _curl(url: str, token: str | None = None) -> str:
    header = f"-H 'Authorization: Bearer {token}' " if token else ""
    return f"curl {header}'{url}{paths.CATALOG}?query=claude+sonnet&limit=3'"


def _event_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop factory of uvloop; None, for asyncio's own loop, where it is not installed."""
    try:
        import uvloop  # noqa: PLC0415 -- not installable everywhere
    except ImportError:
        return None
    return uvloop.new_event_loop
