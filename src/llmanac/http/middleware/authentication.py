"""Authentication, once for all that handles a request."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.auth.authenticator import Authenticator
from llmanac.http.requester import identify


class AuthenticationMiddleware:
    """Puts the Requester into the scope. It refuses nobody: a route may need no credential."""

    def __init__(self, app: ASGIApp, *, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            identify(scope, self._authenticator)
        await self._app(scope, receive, send)
