"""Request ids, the access log and request metrics.

A client's ``X-Request-ID`` is used where it is harmless, else one is made; a W3C ``traceparent`` gives the trace id.
Both are in every line that is logged during the request.
"""

from __future__ import annotations

import itertools
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.metrics import OTHER, RequestMetrics
from llmanac.http.requester import KEY, Requester

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

CONTEXT: ContextVar[MappingProxyType[str, str]] = ContextVar("llmanac_request", default=MappingProxyType({}))
"""The request id and trace id of the current request, for the log."""

CLIENT_LEFT = 499
"""The status, as in nginx, of a request whose client disconnected before the response."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

logger = logging.getLogger(__name__)


class AccessLog(StrEnum):
    """The requests that are logged."""

    NONE = "none"
    NOTABLE = "notable"
    """Requests that were refused or failed, and those of methods that may change something."""
    ALL = "all"


def request_ids() -> Callable[[], bytes]:
    """A maker of request ids that are unique among processes: a random prefix, and a count."""
    prefix = secrets.token_hex(8)
    numbers: Iterator[int] = itertools.count(1)

    def make_id() -> bytes:
        return f"{prefix}-{next(numbers):x}".encode()

    return make_id


def accepted_id(header: bytes | None) -> bytes | None:
    """A client's X-Request-ID, unless it could do harm in a log or a header."""
    return header if header is not None and REQUEST_ID.fullmatch(header) else None


class AccessLogMiddleware:
    """Gives requests their ids, logs and counts them."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: RequestMetrics,
        addresses: ClientAddress,
        make_id: Callable[[], bytes],
        access_log: AccessLog = AccessLog.NOTABLE,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._addresses = addresses
        self._make_id = make_id
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = accepted_id(headers.get(b"x-request-id")) or self._make_id()
        context = {"request_id": request_id.decode()}
        if trace := TRACEPARENT.fullmatch(headers.get(b"traceparent", b"")):
            context["trace_id"] = trace[1].decode()
        scope.setdefault("state", {}).update(context)
        status: int = CLIENT_LEFT

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id)]}
            await send(message)

        token = CONTEXT.set(MappingProxyType(context))
        began = time.perf_counter()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - began)
            CONTEXT.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        operation = operation_of(scope)
        self._metrics.series(operation, scope["method"], status).observe(seconds)
        if self._is_logged(scope["method"], status):
            logger.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round(seconds * 1000, 3),
                    "client": self._addresses.site(scope),
                    "principal": _principal_of(scope),
                },
            )

    def _is_logged(self, method: str, status: int) -> bool:
        if self._access_log is AccessLog.NOTABLE:
            return status >= HTTPStatus.BAD_REQUEST or method not in SAFE_METHODS
        return self._access_log is AccessLog.ALL


def operation_of(scope: Scope) -> str:
    """The path template of the route that served a request."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else OTHER


def _principal_of(scope: Scope) -> str | None:
    requester: Requester | None = scope.get(KEY)
    return None if requester is None or requester.principal is None else requester.principal.key
