"""The dialect of a request, put into its scope, so that errors are encoded in its format."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.dialects.dialect import Dialect, QueriedDialect
from llmanac.http.problems import DIALECT_KEY


class DialectMiddleware:
    """Puts the Dialect into the scope of requests to its addresses; without one, the contract's applies."""

    def __init__(self, app: ASGIApp, *, dialects: Iterable[Dialect]) -> None:
        self._app = app
        self._by_path: dict[str, Dialect] = {}
        self._by_root: dict[str, Dialect] = {}
        for dialect in dialects:
            if isinstance(dialect, QueriedDialect):
                self._by_path[dialect.path] = dialect
            self._by_path |= {it.path: dialect for it in dialect.documents}
            self._by_root |= {it.path.partition("{")[0]: dialect for it in dialect.documents if not it.is_whole}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (dialect := self._dialect_at(scope["path"])) is not None:
            scope[DIALECT_KEY] = dialect
        await self._app(scope, receive, send)

    def _dialect_at(self, path: str) -> Dialect | None:
        """The dialect at an address; of several that share one, errors are all the same."""
        found = self._by_path.get(path)
        return found or next((it for root, it in self._by_root.items() if path.startswith(root)), None)
