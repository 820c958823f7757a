"""A small HTTP server on this machine that answers as it is told, faults included."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from llmanac_client import Client, Retries

TOKEN = "llma_secret"
QUICK = Retries(first_wait_s=0.01)


@dataclass(frozen=True)
class Answer:
    """What the server sends."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    breaks_off: bool = False
    """The connection is closed in place of a response."""


@dataclass(frozen=True)
class Asked:
    """A request that has come."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class ScriptedServer:
    """Sends the answers in turn, the last of them for good."""

    opened: ExitStack
    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def client(self, **options: Any) -> Client:
        """A client of it, which is closed at the end of the test."""
        return self.opened.enter_context(Client(self.url, token=TOKEN, **{"retries": QUICK, **options}))

    def answer(self, *answers: Answer) -> None:
        self.answers[:] = answers

    def take(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def handler_of(server: ScriptedServer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            content = self.read_content()
            is_json = self.headers.get("content-type") == "application/json"
            body = json.loads(content) if is_json else content or None
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.take(Asked(self.command, self.path, headers, body))
            if answer.breaks_off:
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            content = b"" if answer.status in {204, 304} else content
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def read_content(self) -> bytes:
            if self.headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("content-length") or 0))
            pieces = []
            while length := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(length))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        do_GET = do_POST = do_PUT = do_DELETE = handle_one  # noqa: N815 -- the handler's own words

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the handler's own word
            """Nothing."""

    return Handler


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of tests that are marked ``anyio``."""
    return "asyncio"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The server."""
    opened = ExitStack()
    scripted = ScriptedServer(opened)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(scripted)) as listening:
        scripted.url = f"http://127.0.0.1:{listening.server_address[1]}"
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield scripted
        opened.close()
        listening.shutdown()


def refusal(status: int, type_: str, detail: str = "No.", **headers: str) -> Answer:
    """An error response with its envelope."""
    envelope = {"code": status, "detail": detail, "type": type_, "errors": None}
    return Answer(status, envelope, {name.replace("_", "-"): value for name, value in headers.items()})
