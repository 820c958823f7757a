"""Error responses: one envelope of ``code``, ``detail``, ``type``, ``errors``; at a dialect's path, the dialect's own.

An unexpected exception is logged with its traceback, and sent to the client without any details.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.dialects.dialect import Dialect
from llmanac.dialects.error_response import ErrorResponse
from llmanac.dialects.table import CONTRACT
from llmanac.errors import (
    AuthenticationFailed,
    Forbidden,
    InvalidParameters,
    InvalidRequest,
    LlmanacError,
    NotFound,
    ParameterFault,
    UpgradeRequired,
    UpstreamFailed,
    UpstreamStalled,
    UsageLimitExceeded,
    WriteConflict,
)

logger = logging.getLogger(__name__)

CHALLENGE = 'Bearer realm="llmanac"'

_TYPES = {
    error.code: error.type
    for error in (
        AuthenticationFailed,
        Forbidden,
        NotFound,
        WriteConflict,
        InvalidParameters,
        UpgradeRequired,
        UsageLimitExceeded,
        UpstreamFailed,
        UpstreamStalled,
    )
}


def type_of(status: int) -> str:
    """The error type for a status that was set by the server or the framework, and not by a LlmanacError."""
    fallback = LlmanacError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else InvalidRequest
    return _TYPES.get(status, fallback.type)


DIALECT_KEY = "llmanac.dialect"
"""The key of the dialect in the scope of a request to its path."""

REWRITTEN = frozenset({b"content-length", b"content-type"})
"""Headers that depend on the dialect."""


class Problem(Response):
    """An error response, in the envelope of the dialect whose path was requested, by default the contract's."""

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
        self._error = ErrorResponse(code, detail, type, faults)
        super().__init__(CONTRACT.encode_error(self._error), status_code=code, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        dialect: Dialect = scope.get(DIALECT_KEY, CONTRACT)
        if dialect is CONTRACT:
            await super().__call__(scope, receive, send)
            return
        response = Response(dialect.encode_error(self._error), self.status_code, media_type=dialect.media_type)
        response.raw_headers += [header for header in self.raw_headers if header[0] not in REWRITTEN]
        await response(scope, receive, send)


def internal_error() -> Problem:
    """The response to an unexpected failure of the server, without details."""
    return Problem(500, "The server failed to respond. The failure has been logged.", "server_error")


class ErrorBoundary:
    """Turns unexpected exceptions into error responses, and logs their tracebacks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except ClientDisconnect:
            # The client left during its own request, or was cut off for being slow: there is nobody to respond to.
            return
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            if not started:
                await internal_error()(scope, receive, send)


def problem(error: LlmanacError) -> Problem:
    """The response for a LlmanacError, with the headers that belong to its class."""
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
