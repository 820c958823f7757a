"""An application that is built on first use.

The framework takes longer to import than everything else takes to start. The fast path does not need it, so it does
not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class LazyApp:
    """Builds an application once, on a thread, for the first request or call of ``prepare``; then forwards to it."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self._app: ASGIApp | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app or await self.prepare()
        await app(scope, receive, send)

    async def prepare(self) -> ASGIApp:
        """The application, built if it is not yet; a failure is raised, and the next call tries again."""
        async with self._lock:
            if self._app is None:
                self._app = await asyncio.to_thread(self._build)
            return self._app
