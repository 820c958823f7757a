"""The fast path: requests for the catalog that are plainly in order are answered without the framework.

Whatever it is not sure of (another path, a token that it does not know, a parameter that is wrong, a quota that is
used up) goes on to the application, which answers the same query with the same bytes, or says what is wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope as TokenScope
from llmanac.dialects.dialect import Dialect
from llmanac.errors import LlmanacError
from llmanac.http import parameters
from llmanac.http.fast.etags import matches
from llmanac.http.fast.response_cache import CachedResponse, ResponseCache
from llmanac.http.middleware.access_log import taken_over
from llmanac.http.middleware.client_versions import ClientVersionMiddleware
from llmanac.http.middleware.metrics import RequestMetrics, RequestSeries
from llmanac.http.middleware.rate_limits import ChargedRequest, RateLimits
from llmanac.http.requester import Headers, identify
from llmanac.http.server.request_cycle import RawResponse, decode_fields, encode_fields
from llmanac.service.editions.edition import Edition

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FastPathServices:
    """The services that the fast path stands on."""

    dialects: Sequence[Dialect]
    """Whose lists it answers."""
    authenticator: Authenticator
    answers: ResponseCache
    editions: Callable[[date | None], Edition | None]
    """Gives that of the end of a day, if it takes no work; of now, where there is no day."""
    limits: RateLimits
    metrics: RequestMetrics
    make_id: Callable[[], bytes]
    versions: ClientVersionMiddleware | None = None
    freshness: Callable[[], Headers] | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """The list of one dialect, and where its requests are counted."""

    dialect: Dialect
    given: RequestSeries
    unmodified: RequestSeries

    @classmethod
    def of(cls, dialect: Dialect, metrics: RequestMetrics) -> _List:
        return cls(dialect, metrics.series(dialect.path, "GET", 200), metrics.series(dialect.path, "GET", 304))


class FastPath:
    """Answers at once or not at all: ``reply`` awaits nothing, so the server need not make a task for it."""

    def __init__(self, app: ASGIApp, shortcuts: FastPathServices) -> None:
        self._app = app
        self._authenticator = shortcuts.authenticator
        self._answers = shortcuts.answers
        self._editions = shortcuts.editions
        self._limits = shortcuts.limits
        self._is_limited = shortcuts.limits.per_token is not None or shortcuts.limits.per_address is not None
        self._versions = shortcuts.versions
        self._make_id = shortcuts.make_id
        self._freshness = None if shortcuts.freshness is None else _Encoded(shortcuts.freshness)
        self._lists = {it.path: _List.of(it, shortcuts.metrics) for it in shortcuts.dialects}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = self.reply(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if reply is None:
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": decode_fields(reply.head)})
        await send({"type": "http.response.body", "body": reply.body})

    def reply(self, scope: Scope) -> RawResponse | None:
        """The answer to a GET; None where it takes the long way."""
        list_ = self._lists.get(scope["path"])
        if list_ is None:
            return None
        try:
            return self._reply(scope, list_)
        except Exception:
            logger.exception("The fast path failed; the request goes through the framework.")
            return None

    def _reply(self, scope: Scope, list_: _List) -> RawResponse | None:
        began = perf_counter()
        fields = scope["headers"]
        headers = dict(fields)
        # What stands twice, and what another origin's page sends, is looked at more closely.
        if len(headers) != len(fields) or b"origin" in headers:
            return None
        principal = self._principal(scope, headers)
        if principal is None or not principal.may(TokenScope.CATALOG_READ):
            return None
        answer = self._answers.kept(list_.dialect, scope["query_string"], headers.get(b"accept-encoding", b""))
        if answer is not None and matches(headers.get(b"if-none-match", b""), answer.etag):
            reply = self._say_unmodified(answer, scope, headers, principal=principal)
            series = list_.unmodified
        else:
            reply = self._give(answer, scope, headers, principal=principal, dialect=list_.dialect)
            series = list_.given
        if reply is not None:
            series.observe(perf_counter() - began)
        return reply

    def _give(
        self,
        answer: CachedResponse | None,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        *,
        principal: Principal,
        dialect: Dialect,
    ) -> RawResponse | None:
        charge = self._limits.charge(principal, scope) if self._is_limited else None
        if charge is not None and not charge.decision.allowed:
            return None
        query_string: bytes = scope["query_string"]
        if answer is None:
            answer = self._compute(query_string, headers.get(b"accept-encoding", b""), dialect)
            if answer is None or matches(headers.get(b"if-none-match", b""), answer.etag):
                if charge is not None:
                    charge.refund()
                return None
        return RawResponse(200, answer.head + self._own_fields(answer, headers, charge), answer.body)

    def _principal(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Principal | None:
        if self._versions is not None and self._versions.refusal(headers.get(b"user-agent", b"")):
            return None
        return identify(scope, self._authenticator).principal

    def _compute(self, query_string: bytes, accept_encoding: bytes, dialect: Dialect) -> CachedResponse | None:
        try:
            query = parameters.parse(query_string)
            edition = self._editions(query.as_of)
        except LlmanacError:
            return None
        if edition is None:
            return None
        return self._answers.give(query, query_string, accept_encoding, dialect=dialect, edition=edition)

    def _say_unmodified(
        self, answer: CachedResponse, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], *, principal: Principal
    ) -> RawResponse | None:
        charge = self._limits.look(principal, scope) if self._is_limited else None
        if charge is not None and not charge.decision.allowed:
            return None
        return RawResponse(304, answer.unmodified_head + self._own_fields(answer, headers, charge), b"")

    def _own_fields(
        self, answer: CachedResponse, headers: Mapping[bytes, bytes], charge: ChargedRequest | None
    ) -> bytes:
        """What differs from request to request, and from hour to hour."""
        request_id = taken_over(headers.get(b"x-request-id")) or self._make_id()
        named = b"x-request-id: %b\r\n" % request_id
        if self._freshness is not None and not answer.is_past:
            named += self._freshness()
        return named if charge is None else named + charge.block()


class _Encoded:
    """Headers that seldom change, encoded anew when they do."""

    def __init__(self, look: Callable[[], Headers]) -> None:
        self._look = look
        self._of: Headers | None = None
        self._block = b""

    def __call__(self) -> bytes:
        headers = self._look()
        if headers is not self._of:
            self._of, self._block = headers, encode_fields(headers)
        return self._block
