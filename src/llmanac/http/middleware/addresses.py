"""Other ways to write a request: HEAD for GET, a trailing slash, a list parameter with brackets.

There is no redirect to the usual address: on one, some clients drop the Authorization header.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIST_NAME = re.compile(rb"(^|&)([A-Za-z_]+)(?:\[|%5B)\d*(?:\]|%5D)(?==)", re.IGNORECASE)
"""The name of a list in a query string, as clients of browsers write it: ``capabilities[]`` or ``capabilities[0]``."""
ROUTED = ("route", "endpoint", "path_params")
"""Keys of the scope by which a framework says what handled a request; logs and metrics read them."""


class AddressMiddleware:
    """Reads a path with a trailing slash as the path without, and a list parameter with brackets as its name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"].endswith("/"):
                scope["path"] = scope["path"].rstrip("/") or "/"
                scope["raw_path"] = (scope.get("raw_path") or b"").rstrip(b"/") or b"/"
            if b"]=" in scope["query_string"] or b"%5D=" in scope["query_string"].upper():
                scope["query_string"] = LIST_NAME.sub(rb"\1\2", scope["query_string"])
        await self._app(scope, receive, send)


class HeadMiddleware:
    """Handles HEAD as GET, and sends no body: the same status and headers, wherever there is a GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        as_get = {**scope, "method": "GET"}
        try:
            await self._app(as_get, receive, send_without_body)
        finally:
            scope.update({key: as_get[key] for key in ROUTED if key in as_get})
