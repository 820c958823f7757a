"""The dialect of a request, put into its scope, so that errors are encoded in its format."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.dialects.dialect import Dialect
from llmanac.http.problems import DIALECT_KEY


class DialectMiddleware:
    """Puts the Dialect into the scope of requests to its path; without one, the contract's applies."""

    def __init__(self, app: ASGIApp, *, dialects: Iterable[Dialect]) -> None:
        self._app = app
        self._dialects = {dialect.path: dialect for dialect in dialects}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (dialect := self._dialects.get(scope["path"])) is not None:
            scope[DIALECT_KEY] = dialect
        await self._app(scope, receive, send)
