from __future__ import annotations

from typing import cast

import pytest
from starlette.types import Message, Receive, Scope, Send

from llmanac import paths
from llmanac.auth.principal import Principal
from llmanac.dialects.table import DIALECTS
from llmanac.http.fast.fast_path import FastPath, FastPathServices
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.metrics import RequestMetrics
from llmanac.http.middleware.rate_limits import RateLimits

pytestmark = pytest.mark.anyio


class BrokenGate:
    """Fails in a way that nobody expects."""

    def known(self, _token: str | None) -> Principal | None:
        raise KeyError("a fault")

    async def verify(self, _token: str | None) -> Principal:
        raise AssertionError("The fast path awaits nothing.")


async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the application"})


async def receive() -> Message:
    return {"type": "http.disconnect"}


@pytest.fixture
def path() -> FastPath:
    return FastPath(
        application,
        FastPathServices(
            dialects=DIALECTS,
            authenticator=BrokenGate(),
            response_cache=cast("ResponseCache", None),  # it is not used before authentication
            editions=lambda _: None,
            limits=RateLimits(addresses=ClientAddress(())),
            metrics=RequestMetrics(),
            make_id=lambda: b"1",
        ),
    )


SCOPE: Scope = {"type": "http", "method": "GET", "path": paths.CATALOG, "headers": [], "query_string": b""}


def test_a_fault_in_the_fast_path_is_logged_and_gives_no_response(
    path: FastPath, caplog: pytest.LogCaptureFixture
) -> None:
    assert path.respond(SCOPE) is None
    assert "a fault" in caplog.text
    assert "The fast path failed" in caplog.text


async def test_after_a_fault_the_application_responds(path: FastPath) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await path(SCOPE, receive, send)

    assert sent[-1]["body"] == b"the application"
