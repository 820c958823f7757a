"""A real server process, as a user starts one."""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

URL = re.compile(r"http://127\.0\.0\.1:\d+")
TOKEN = re.compile(r"llma_\w+")


PYTHON = os.environ.get("PYTHON_UNDER_TEST", sys.executable)
"""The Python whose llmanac is tested: this environment's, or that of a wheel installed alone (``make test-wheel``)."""

CLIENT_PYTHON = os.environ.get("CLIENT_UNDER_TEST", sys.executable)
"""The Python whose llmanac_client is tested: this environment's, or that of a wheel installed alone."""


def llmanac(*arguments: str) -> list[str]:
    """The command line of the llmanac command under test."""
    return [PYTHON, "-m", "llmanac", *arguments]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a process under test: this one's, with a home of its own, and these variables."""
    # No test depends on what the world publishes today.
    return {**os.environ, "HOME": str(home), "LLMANAC_REFRESH": "false", **variables}


@dataclass(frozen=True)
class RunningServer:
    """A server process, what it said when it started, and a client that holds its admin token."""

    process: subprocess.Popen[str]
    url: str
    greeting: str
    token: str
    client: httpx2.Client
    data_dir: Path
    log: Path

    def stop(self) -> str:
        """End it as an operator does; what it logged."""
        self.client.close()
        self.process.terminate()
        self.process.communicate(timeout=60)
        return self.log.read_text()


StartServer = Callable[..., RunningServer]


def read_greeting(process: subprocess.Popen[str], log: Path) -> str:
    """Everything up to the line with which the server says that it is ready."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Stop it with"):
            return "".join(lines)
    process.wait(10)
    raise AssertionError(f"The server did not start: {''.join(lines)}{log.read_text()}")


@contextmanager
def starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers; stops them all at the end."""
    started: list[RunningServer] = []

    def start(*arguments: str, data_dir: Path | None = None, **variables: str) -> RunningServer:
        directory = data_dir or tmp_path_factory.mktemp("data")
        # A file, and no pipe: nobody reads along, and a server that cannot log would stand still.
        log = tmp_path_factory.mktemp("log") / "server.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                llmanac("serve", "--port", "0", "--data-dir", str(directory), *arguments),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(directory, **variables),
            )
        greeting = read_greeting(process, log)
        url = URL.search(greeting)
        token = TOKEN.search(greeting)
        assert url, greeting
        client = httpx2.Client(base_url=url[0], trust_env=False, timeout=60)
        if token:
            client.headers["Authorization"] = f"Bearer {token[0]}"
        server = RunningServer(process, url[0], greeting, token[0] if token else "", client, directory, log)
        started.append(server)
        return server

    yield start
    for server in started:
        server.process.terminate()
    for server in started:
        server.stop()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the handler's own word
        """Nothing."""


@contextmanager
def publishing(folder: Path) -> Iterator[str]:
    """Serve the files of a folder over plain http on this machine, at the URL that it gives."""
    handler = functools.partial(QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers, which last as long as the module's tests."""
    with starting(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server on the embedded catalog, shared by the tests that only read."""
    with starting(tmp_path_factory) as start:
        yield start()
