"""Every error leaves in one envelope: ``code``, ``detail``, ``type``, ``errors``; at a dialect's address, in its own.

A failure that nobody foresaw is logged with its traceback, and told to the client without it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.dialects.dialect import Dialect, ErrorReply
from llmanac.dialects.table import CONTRACT
from llmanac.errors import (
    AuthenticationFailed,
    Forbidden,
    LlmanacError,
    ParameterFault,
    UpgradeRequired,
    UsageLimitExceeded,
)

logger = logging.getLogger(__name__)

CHALLENGE = 'Bearer realm="llmanac"'

TYPE_OF_STATUS = {
    401: "authentication_error",
    403: "forbidden_error",
    404: "not_found_error",
    409: "conflict_error",
    422: "validation_error",
    426: "upgrade_required_error",
    429: "usage_limit_exceeded_error",
    502: "bad_gateway_error",
    504: "gateway_timeout_error",
}


DIALECT = "llmanac.dialect"
"""In the scope of a request to a dialect's address."""

REWRITTEN = frozenset({b"content-length", b"content-type"})
"""Headers that depend on the dialect."""


class Problem(Response):
    """An error on the wire: in the contract's envelope, or in that of the dialect whose address was asked."""

    media_type = "application/json"

    def __init__(
        self,
        code: int,
        detail: str,
        type: str,  # noqa: A002 -- the contract's own word
        *,
        faults: tuple[ParameterFault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._reply = ErrorReply(code, detail, type, faults)
        super().__init__(CONTRACT.encode_error(self._reply), status_code=code, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        dialect: Dialect = scope.get(DIALECT, CONTRACT)
        if dialect is CONTRACT:
            await super().__call__(scope, receive, send)
            return
        own = Response(dialect.encode_error(self._reply), self.status_code, media_type=dialect.media_type)
        own.raw_headers += [header for header in self.raw_headers if header[0] not in REWRITTEN]
        await own(scope, receive, send)


def unforeseen() -> Problem:
    """What a client is told of a failure inside the server: nothing but that it happened."""
    return Problem(500, "The server failed to answer. The failure has been logged.", "server_error")


class ErrorBoundary:
    """The outermost layer: whatever fails inside, the client gets the envelope and the log the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            # It left in the middle of its own request, or was cut off for being slow: nobody is there to be told.
            return
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            if not started:
                await unforeseen()(scope, receive, send)


def problem(error: LlmanacError) -> Problem:
    """The envelope of an error of ours."""
    headers = {}
    if isinstance(error, AuthenticationFailed):
        reason = ', error="invalid_token"' if type(error) is not AuthenticationFailed else ""
        headers["www-authenticate"] = CHALLENGE + reason
    elif isinstance(error, Forbidden):
        headers["www-authenticate"] = CHALLENGE + ', error="insufficient_scope"'
    elif isinstance(error, UsageLimitExceeded):
        headers["retry-after"] = str(math.ceil(error.retry_after_s))
    elif isinstance(error, UpgradeRequired):
        headers["upgrade"] = error.upgrade
    return Problem(error.code, error.detail, error.type, faults=error.faults, headers=headers)
