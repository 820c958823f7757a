"""One request at a time to a server on this machine."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HOST = "127.0.0.1"
PAUSE_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Target:
    """A request: a path of a server, and headers."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A response."""

    status: int
    headers: Mapping[str, str]
    """Names are lower-case."""
    body: bytes


def ask(target: Target, *, method: str = "GET", timeout: float = 30.0) -> Reply:
    """The reply to one request. Raises OSError where nobody listens."""
    connection = http.client.HTTPConnection(HOST, target.port, timeout=timeout)
    try:
        connection.request(method, target.path, headers=dict(target.headers))
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read())
    finally:
        connection.close()


def wait_for(target: Target, *, seconds: float, while_true: Callable[[], bool]) -> Reply:
    """The first reply with status 200, as long as the condition holds. Raises TimeoutError where there is none."""
    deadline = time.monotonic() + seconds
    last = "nobody listens"
    while time.monotonic() < deadline and while_true():
        try:
            reply = ask(target)
        except (OSError, http.client.HTTPException) as error:
            last = str(error)
        else:
            if reply.status == http.HTTPStatus.OK:
                return reply
            last = f"status {reply.status}: {reply.body[:200]!r}"
        time.sleep(PAUSE_SECONDS)
    raise TimeoutError(f"{urlsplit(target.url).path} was not answered in {seconds} s; last: {last}")
