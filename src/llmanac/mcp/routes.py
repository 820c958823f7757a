"""The route of agents on a server: ``POST /mcp``, which asks the server's own API as the caller."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as ASGIScope

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.errors import Forbidden, NotFound
from llmanac.http.lazy_app import LazyApp
from llmanac.http.problems import ErrorBoundary, Problem
from llmanac.http.requester import KEY, requester_of
from llmanac.mcp.api import Api
from llmanac.mcp.extra import INSTALL, is_installed
from llmanac.mcp.in_process import connect_in_process


def create_routes(app: ASGIApp, *, origins: Collection[str]) -> list[BaseRoute]:
    """The route by which agents ask an application, which has to know the sender of each request already."""
    return [Route(paths.MCP, AgentEndpoint(app, origins=origins), methods=["POST"])]


class AgentEndpoint:
    """Lets in whoever may read the catalog, and imports the protocol when the first of them comes."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        """``origins`` are those of web pages that may ask."""
        self._app = ErrorBoundary(app)
        self._origins = origins
        self._protocol = LazyApp(self._build)

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        (await requester_of(scope).verify()).require(Scope.CATALOG_READ)
        if (refusal := self._refuse_page(scope)) is not None:
            await refusal(scope, receive, send)
            return
        if not is_installed():
            raise NotFound(f"This server has no tools for agents: its operator installs them with {INSTALL}.")
        await self._protocol(scope, receive, send)

    def _refuse_page(self, scope: ASGIScope) -> Problem | None:
        """The refusal of a web page of another site.

        A browser names the page that sends a POST, also one whose host's name was made to point here (DNS rebinding),
        and programs name none.
        """
        origin = Headers(scope=scope).get("origin")
        if origin is None or origin in self._origins:
            return None
        detail = f"A web page of {origin[:200]!r} may not ask here. cors_origins says which may."
        return Problem(HTTPStatus.FORBIDDEN, detail, Forbidden.type)

    def _build(self) -> ASGIApp:
        from llmanac.mcp.protocol import StreamableHTTP  # noqa: PLC0415 -- an extra, which takes a second to import

        return StreamableHTTP(self._connect)

    def _connect(self, caller: ASGIScope | None) -> Api:
        """The application's own API, on which every request is the caller's."""
        if caller is None:
            raise ValueError("A request over HTTP has a scope.")

        async def as_caller(scope: ASGIScope, receive: Receive, send: Send) -> None:
            headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            known = {KEY: caller[KEY], "client": caller["client"], "state": caller.get("state", {}), "headers": headers}
            await self._app({**scope, **known}, receive, send)

        return connect_in_process(as_caller)
