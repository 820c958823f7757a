"""Names the dialect of a request's address in its scope, so that whatever refuses it does so in that format."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.dialects.dialect import Dialect
from llmanac.http.problems import DIALECT


class DialectMiddleware:
    """Looks at the address alone; all others are in the contract's dialect."""

    def __init__(self, app: ASGIApp, *, dialects: Iterable[Dialect]) -> None:
        self._app = app
        self._dialects = {dialect.path: dialect for dialect in dialects}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (dialect := self._dialects.get(scope["path"])) is not None:
            scope[DIALECT] = dialect
        await self._app(scope, receive, send)
