"""The minimum version of the project's own clients, which the operator sets."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.errors import UpgradeRequired
from llmanac.http.problems import problem
from llmanac.user_agent import DISTRIBUTIONS, Version, read_client


class ClientVersionMiddleware:
    """Refuses the project's own clients older than ``minimum`` with 426; other clients pass."""

    def __init__(self, app: ASGIApp, *, minimum: Version) -> None:
        self._app = app
        self._minimum = minimum

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self.refusal(dict(scope["headers"]).get(b"user-agent", b""))):
            await problem(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def refusal(self, user_agent: bytes) -> UpgradeRequired | None:
        """The error for a client that is too old; None for any other."""
        client = read_client(user_agent)
        if client is None or client.version >= self._minimum:
            return None
        minimum = ".".join(map(str, self._minimum))
        return UpgradeRequired(
            f"This server wants {client.name} {minimum} or newer: pip install --upgrade {DISTRIBUTIONS[client.name]}.",
            upgrade=f"{client.name}/{minimum}",
        )
