from __future__ import annotations

import asyncio
import threading

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.http.lazy_app import LazyApp

pytestmark = pytest.mark.anyio


async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
    scope["seen"] = True


async def receive() -> dict[str, str]:
    return {"type": "http.disconnect"}


async def send(_message: object) -> None:
    pass


class Builds:
    """Builds the application, and remembers where; the first ``failures`` attempts fail."""

    def __init__(self, failures: int = 0) -> None:
        self.threads: list[int] = []
        self._failures = failures

    def __call__(self) -> ASGIApp:
        self.threads.append(threading.get_ident())
        if len(self.threads) <= self._failures:
            raise RuntimeError("No framework.")
        return application


async def test_is_built_by_the_first_request_and_on_a_thread() -> None:
    builds = Builds()
    deferred = LazyApp(builds)
    assert builds.threads == []
    scope: Scope = {"type": "http"}

    await deferred(scope, receive, send)

    assert scope["seen"]
    assert len(builds.threads) == 1
    assert builds.threads[0] != threading.get_ident()


async def test_is_built_once_however_many_ask() -> None:
    builds = Builds()
    deferred = LazyApp(builds)
    scopes: list[Scope] = [{"type": "http"} for _ in range(5)]

    await asyncio.gather(deferred.prepare(), *(deferred(scope, receive, send) for scope in scopes))
    await deferred.prepare()

    assert all(scope["seen"] for scope in scopes)
    assert len(builds.threads) == 1


async def test_what_failed_is_tried_again_by_the_next() -> None:
    deferred = LazyApp(Builds(failures=1))
    with pytest.raises(RuntimeError, match="No framework"):
        await deferred.prepare()

    scope: Scope = {"type": "http"}
    await deferred(scope, receive, send)

    assert scope["seen"]
