"""Refuses our own clients that are too old: the operator says from which version on they are served."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.errors import UpgradeRequired
from llmanac.http.problems import problem
from llmanac.user_agent import DISTRIBUTIONS, Version, read_client


class ClientVersionMiddleware:
    """The middleware: a client of ours that is older than ``minimum`` gets a 426; all others are no concern of it."""

    def __init__(self, app: ASGIApp, *, minimum: Version) -> None:
        self._app = app
        self._minimum = minimum

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self.refusal(dict(scope["headers"]).get(b"user-agent", b""))):
            await problem(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def refusal(self, user_agent: bytes) -> UpgradeRequired | None:
        """Why this client is not served, if it is not."""
        client = read_client(user_agent)
        if client is None or client.version >= self._minimum:
            return None
        wanted = ".".join(map(str, self._minimum))
        return UpgradeRequired(
            f"This server wants {client.name} {wanted} or newer: pip install --upgrade {DISTRIBUTIONS[client.name]}.",
            upgrade=f"{client.name}/{wanted}",
        )
