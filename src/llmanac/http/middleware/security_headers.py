"""What every answer tells a browser: run nothing, frame nothing, guess nothing."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

GUARDS = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""For an answer that says nothing of its own; a page names in its policy what it needs."""


class SecurityHeadersMiddleware:
    """The middleware: adds to each answer those of the headers that it lacks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                given = {name.lower() for name, _ in headers}
                headers += (guard for guard in GUARDS if guard[0] not in given)
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
