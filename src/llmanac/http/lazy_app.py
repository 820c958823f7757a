"""An application that is built when it is first needed.

The framework takes longer to import than everything else takes to start. The catalog's answers do not need it, so
they do not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class LazyApp:
    """Stands in for an application, and builds it once, on a thread, when a request or ``prepare`` asks for it."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self._app: ASGIApp | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app or await self.prepare()
        await app(scope, receive, send)

    async def prepare(self) -> ASGIApp:
        """The application, built if need be; what fails is tried again by the next who asks."""
        async with self._turn:
            if self._app is None:
                self._app = await asyncio.to_thread(self._build)
            return self._app
