"""HTTP/1.1 on one connection, hardened: uvicorn's protocol with limits on a client's time and bytes.

Out of the box uvicorn waits for ever for a head or a body, takes heads of any size, and answers a broken request at
once, even in the middle of the response to an earlier one. This protocol depends on private attributes of one minor
version of uvicorn, which ``pyproject.toml`` pins; ``tests/e2e/test_wire.py`` lists what must hold after an upgrade.
"""

from __future__ import annotations

import asyncio
from enum import IntEnum
from math import inf
from typing import Any, NoReturn
from urllib.parse import unquote

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from llmanac.http.server.bounds import (
    BAD_FRAMING,
    BAD_HOST,
    BAD_TARGET,
    BAD_VERSION,
    BODY_TOO_LARGE,
    HEAD_TOO_LARGE,
    HOST,
    NOT_HTTP,
    PIPELINED,
    TOO_SLOW,
    URL_TOO_LONG,
    WireError,
)
from llmanac.http.server.connections import Connections
from llmanac.http.server.request_cycle import FastHandler, RawResponse, RequestCycle


class Phase(IntEnum):
    """The part of a request that the connection waits for."""

    WAITING = 0
    """The first byte of a request."""
    HEAD = 1
    BODY = 2
    REFUSED = 3
    """Nothing: further input is discarded."""


class _Refused(Exception):
    """Stops the parser; the protocol keeps the reason in ``_refusal``."""


class HardenedProtocol(HttpToolsProtocol):
    """One connection. The sweeper of ``connections`` calls ``expire``; deadlines are on its clock."""

    cycle: RequestResponseCycle | None  # type: ignore[assignment]  # -- None before the first, which uvicorn does not say

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
        fast_path: FastHandler | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._connections = connections
        self._bounds = connections.bounds
        self._fast_path = fast_path
        self._admitted = False
        self._phase = Phase.WAITING
        self._read_deadline = inf
        self._write_deadline = inf
        self._received = 0  # bytes since this request began, and perhaps of the one before in the same segment
        self._segment = 0
        self._body_size = 0
        self._framing: bytes | None = None
        self._hosts = 0
        self._host = b""
        self._valid_host: bytes | None = None
        self.url = b""
        self._running: RequestResponseCycle | None = None
        self._ready: RawResponse | None = None
        self._refusal: WireError | None = None

    # ── The connection ───────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # -- as in uvicorn
        super().connection_made(transport)
        self._read_deadline = self._connections.now + self._bounds.head_seconds
        refusal = self._connections.admit(self._address)
        if refusal is None:
            self._admitted = True
            return
        self._phase = Phase.REFUSED
        self._connections.refusals[refusal.reason] += 1
        transport.write(refusal.encode(self._connections.encoded(self.server_state.default_headers)))
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._admitted:
            self._connections.release(self._address)
        self._read_deadline = self._write_deadline = inf
        running = self._running
        if running is not None and not running.response_complete:
            # uvicorn notifies only the last of several pipelined requests that the client has disconnected.
            running.disconnected = True
            running.message_event.set()
        super().connection_lost(exc)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def expire(self, now: float) -> bool:
        """End the connection if a deadline has passed; whether one had."""
        if now >= self._write_deadline:
            self._connections.refusals["slow_reader"] += 1
            self.transport.abort()
            return True
        if now >= self._read_deadline:
            self._time_out(now)
            return True
        return False

    def _time_out(self, now: float) -> None:
        if self.transport.is_closing() or self._phase is Phase.REFUSED:
            self.transport.abort()
        elif self._phase is Phase.WAITING:
            self._close()
        elif self.flow.read_paused:
            # The server itself has stopped reading.
            self._read_deadline = now + self._bounds.body_seconds
        else:
            self._refuse(TOO_SLOW)

    def _close(self) -> None:
        """Close once everything is written; a client that does not read it is cut off at a deadline."""
        self._read_deadline = self._connections.now + self._bounds.write_seconds
        self.transport.close()

    def shutdown(self) -> None:
        """Close for a server that stops: an idle connection at once, any other after its responses."""
        super().shutdown()
        if self.transport.is_closing():
            self._read_deadline = self._connections.now + self._bounds.linger_seconds

    def pause_writing(self) -> None:
        self._write_deadline = self._connections.now + self._bounds.write_seconds
        super().pause_writing()

    def resume_writing(self) -> None:
        self._write_deadline = inf
        super().resume_writing()

    # ── Input ────────────────────────────────────────────────────────────────────────────

    def data_received(self, data: bytes) -> None:
        phase = self._phase
        if phase is Phase.WAITING:
            self._phase = Phase.HEAD
            self._received = 0
            self._read_deadline = self._connections.now + self._bounds.head_seconds
        elif phase is Phase.REFUSED:
            return
        self._segment = len(data)
        self._received += self._segment
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # There is no protocol to upgrade to, and what follows the request is not HTTP: the connection closes.
            self._close_after_answer()
        except httptools.HttpParserError as error:
            # The parser wraps what its callbacks raise; a bug of the server is not the client's fault.
            if not isinstance(error.__context__, _Refused | httptools.HttpParserError | None):
                raise
            self._refuse(self._refusal or NOT_HTTP)
        else:
            if self._received > self._bounds.head_bytes:
                self._check_received()

    def _check_received(self) -> None:
        bounds = self._bounds
        if self._phase is Phase.HEAD:
            self._refuse(URL_TOO_LONG if len(self.url) > bounds.url_bytes else HEAD_TOO_LARGE)
        elif self._phase is Phase.BODY and self._received > bounds.head_bytes + bounds.of_body(self.url).on_wire:
            self._refuse(BODY_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase = Phase.HEAD
        self._hosts = 0
        self._framing = None
        self._body_size = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase is not Phase.HEAD:
            return  # a trailer: the request is being handled already
        name = name.lower()
        if name == b"host":
            self._hosts += 1
            self._host = value
        elif name == b"content-length":
            self._framing = value
            if int(value) > self._bounds.of_body(self.url).size:
                self._stop(BODY_TOO_LARGE)
        elif name == b"transfer-encoding":
            self._framing = b""
            if value.lower() != b"chunked":
                self._stop(BAD_FRAMING)
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        self._check_head(version)
        method = self.parser.get_method().decode("ascii")
        self._fill_scope(method, version)
        keep_alive = version == "1.1" and self.parser.should_keep_alive() and not self._connections.draining
        self._phase = Phase.BODY
        if (
            self._fast_path is not None
            and method == "GET"
            and self._framing is None
            and self._may_respond_now(keep_alive)
        ):
            self._ready = self._fast_path(self.scope)
            if self._ready is not None:
                return
        self._read_deadline = self._connections.now + self._bounds.of_body(self.url).seconds
        self._start(self._cycle_for(keep_alive))

    def _check_head(self, version: str) -> None:
        """Raise _Refused for a head that is well-formed HTTP and still not served."""
        bounds = self._bounds
        if len(self.url) > bounds.url_bytes:
            self._stop(URL_TOO_LONG)
        if len(self.headers) > bounds.fields or (
            self._received > bounds.head_bytes
            and len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > bounds.head_bytes
        ):
            self._stop(HEAD_TOO_LARGE)
        if version not in {"1.1", "1.0"}:
            self._stop(BAD_VERSION)
        if self._hosts != 1 or (self._host != self._valid_host and not HOST.fullmatch(self._host)):
            self._stop(BAD_HOST)
        self._valid_host = self._host
        if len(self.pipeline) >= bounds.pipelined:
            self._stop(PIPELINED)

    def _fill_scope(self, method: str, version: str) -> None:
        url = httptools.parse_url(self.url)
        raw_path: bytes | None = url.path
        if raw_path is None or not raw_path.startswith(b"/"):
            self._stop(BAD_TARGET)
        path = raw_path.decode("ascii")
        scope = self.scope
        scope["method"] = method
        scope["http_version"] = version
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = raw_path
        scope["query_string"] = url.query or b""

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if self._body_size > self._bounds.of_body(self.url).size:
            self._stop(BODY_TOO_LARGE)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._phase = Phase.WAITING
        self._received = self._segment
        if self._ready is not None:
            self._send_ready(self._ready)
            return
        super().on_message_complete()
        self._read_deadline = inf
        if self._running is None:
            # The application responded before it had read the whole body.
            self._wait()

    def _stop(self, refusal: WireError) -> NoReturn:
        """Stop the parser from one of its callbacks."""
        self._refusal = refusal
        raise _Refused

    # ── Output ────────────────────────────────────────────────────────────────────────────

    def _cycle_for(self, keep_alive: bool) -> RequestCycle:  # noqa: FBT001 -- it is the one thing that differs
        return RequestCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def _start(self, cycle: RequestCycle) -> None:
        self.cycle = cycle
        if self._running is None:
            self._start_asgi_task(cycle, self.app)
        else:
            # Responses go out in the order of their requests.
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _may_respond_now(self, keep_alive: bool) -> bool:  # noqa: FBT001 -- it is the one thing that differs
        """Whether a response may be written now: it is its turn, and the client reads."""
        return keep_alive and self._running is None and not self.flow.write_paused and not self.parser.should_upgrade()

    def _send_ready(self, response: RawResponse) -> None:
        self._ready = None
        default = self._connections.encoded(self.server_state.default_headers)
        response.write(self.transport, STATUS_LINE[response.status] + default)
        self.server_state.total_requests += 1
        self._wait()

    def _wait(self) -> None:
        """Wait for the next request without keeping the last one in memory: many connections may be idle."""
        self.cycle = None
        self.scope = self.headers = None  # type: ignore[assignment]  # -- as before the first request
        self._read_deadline = self._connections.now + self._bounds.idle_seconds

    def on_response_complete(self) -> None:
        """Start the next pipelined request, or wait for one: the running one has its response."""
        self.server_state.total_requests += 1
        self._running = None
        if self.transport.is_closing():
            self._read_deadline = self._connections.now + self._bounds.write_seconds
            return
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self._refusal is not None:
            self._send_error(self._refusal)
        elif self._phase is Phase.WAITING:
            self._wait()
        if not self.pipeline:
            self.flow.resume_reading()

    def _close_after_answer(self) -> None:
        if self.cycle is not None:
            self.cycle.keep_alive = False
        elif not self.transport.is_closing():
            self._close()

    # ── Refusals ─────────────────────────────────────────────────────────────────────────────────

    def _refuse(self, refusal: WireError) -> None:
        """Stop reading, and send the error in its turn: after the responses to the valid requests before."""
        self._connections.refusals[refusal.reason] += 1
        in_body, self._phase = self._phase is Phase.BODY, Phase.REFUSED
        self._refusal = refusal
        self._read_deadline = inf
        if in_body and self.cycle is not None:
            self._abandon(self.cycle, refusal)
        elif self._running is None:
            self._send_error(refusal)

    def _abandon(self, broken: RequestResponseCycle, refusal: WireError) -> None:
        """Drop a request that turned out to be invalid after the application had been given its head."""
        if self.pipeline and self.pipeline[0][0] is broken:
            self.pipeline.popleft()
            return
        if broken.response_started:
            # Anything written now would be read as part of that response, or as a response to no request.
            self._running = None if broken.response_complete else broken
            self._close()
            return
        broken.disconnected = True
        broken.message_event.set()
        self._running = None
        self._send_error(refusal)

    def _send_error(self, refusal: WireError) -> None:
        transport = self.transport
        if transport.is_closing():
            return
        transport.write(refusal.encode(self._connections.encoded(self.server_state.default_headers)))
        # A socket closed with unread bytes sends a reset, which may overtake the error; so only the sending side is
        # closed at first, and input is read and discarded for a moment.
        if transport.can_write_eof():
            transport.write_eof()
        self.flow.resume_reading()
        self._read_deadline = self._connections.now + self._bounds.linger_seconds
