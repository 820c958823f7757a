"""Our own clients may be too old for a server: the operator says from which version on they are served."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.errors import UpgradeRequired
from llmanac.http.problems import problem

CLIENT = re.compile(rb"(llmanac-(?:client|cli))/([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")
"""How the User-Agent of every client of ours begins."""

Version = tuple[int, int, int]


def parse_version(text: str) -> Version:
    """A version of three numbers; raises ValueError."""
    found = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})", text)
    if not found:
        raise ValueError(f"{text!r} is not a version such as '1.4.0'")
    return int(found[1]), int(found[2]), int(found[3])


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
        found = CLIENT.match(user_agent)
        if found is None or (int(found[2]), int(found[3]), int(found[4])) >= self._minimum:
            return None
        name = found[1].decode()
        wanted = ".".join(map(str, self._minimum))
        return UpgradeRequired(
            f"This server wants {name} {wanted} or newer: pip install --upgrade {name.removesuffix('-cli')}.",
            upgrade=f"{name}/{wanted}",
        )
