"""The fast path: valid requests for the catalog's lists, and for documents at hand, are handled without the framework.

Everything else (another path, a token that is not in memory, an invalid parameter, an exhausted quota) goes on to the
application, which responds to the same query with the same bytes, or explains the error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope as TokenScope
from llmanac.dialects.dialect import Dialect, Document, QueriedDialect, documents_by_path
from llmanac.errors import LlmanacError
from llmanac.http import parameters
from llmanac.http.fast.document_cache import DocumentCache, read_request
from llmanac.http.fast.response_cache import CachedResponse, ResponseCache
from llmanac.http.middleware.access_log import accepted_id
from llmanac.http.middleware.addresses import LIST_NAME
from llmanac.http.middleware.client_versions import ClientVersionMiddleware
from llmanac.http.middleware.metrics import RequestMetrics, RequestSeries
from llmanac.http.middleware.path_keys import take_key
from llmanac.http.middleware.rate_limits import ChargedRequest, RateLimits
from llmanac.http.requester import Headers, identify
from llmanac.http.server.request_cycle import RawResponse, decode_fields, encode_fields
from llmanac.search.query.query import ListedBy
from llmanac.service.editions.edition import Edition
from llmanac.service.rules.policies.access import Door, OpenDoor
from llmanac.web.etags import matches

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FastPathServices:
    """The services that the fast path uses."""

    dialects: Sequence[Dialect]
    """The dialects whose lists and documents it serves."""
    authenticator: Authenticator
    response_cache: ResponseCache
    documents: DocumentCache = field(default_factory=DocumentCache)
    editions: Callable[[date | None], Edition | None]
    """Returns the edition of the end of a day, or today's for None; None where it is not in memory."""
    limits: RateLimits
    metrics: RequestMetrics
    make_id: Callable[[], bytes]
    door: Door = field(default_factory=OpenDoor)
    """Gives everyone the edition that they may see."""
    versions: ClientVersionMiddleware | None = None
    freshness: Callable[[], Headers] | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """The list of one dialect, and the metrics of its requests."""

    dialect: QueriedDialect
    ok: RequestSeries
    not_modified: RequestSeries

    @classmethod
    def of(cls, dialect: QueriedDialect, metrics: RequestMetrics) -> _List:
        return cls(dialect, metrics.series(dialect.path, "GET", 200), metrics.series(dialect.path, "GET", 304))


@dataclass(frozen=True, slots=True)
class _Documents:
    """The documents at one address, and the metrics of its requests."""

    documents: tuple[Document, ...]
    varies_by: tuple[bytes, ...]
    """The names of the headers by which the documents are told apart."""
    ok: RequestSeries
    not_modified: RequestSeries

    @classmethod
    def of(cls, path: str, documents: tuple[Document, ...], metrics: RequestMetrics) -> _Documents:
        headers = dict.fromkeys(it.varies_by.encode() for it in documents if it.varies_by)
        return cls(documents, (*headers,), metrics.series(path, "GET", 200), metrics.series(path, "GET", 304))


class FastPath:
    """Responds without awaiting anything, or not at all, so that the server need not create a task."""

    def __init__(self, app: ASGIApp, services: FastPathServices) -> None:
        self._app = app
        self._authenticator = services.authenticator
        self._cache = services.response_cache
        self._editions = services.editions
        self._door = services.door
        self._limits = services.limits
        self._is_limited = services.limits.per_token is not None or services.limits.per_address is not None
        self._versions = services.versions
        self._make_id = services.make_id
        self._freshness = None if services.freshness is None else _EncodedHeaders(services.freshness)
        queried = [it for it in services.dialects if isinstance(it, QueriedDialect)]
        self._lists = {it.path: _List.of(it, services.metrics) for it in queried}
        self._cached_documents = services.documents
        self._documents = {
            path: _Documents.of(path, documents, services.metrics)
            for path, documents in documents_by_path(services.dialects).items()
            if documents[0].is_whole
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self.respond(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if response is None:
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": response.status, "headers": decode_fields(response.head)})
        await send({"type": "http.response.body", "body": response.body})

    def respond(self, scope: Scope) -> RawResponse | None:
        """The response to a GET; None where the application must handle it."""
        take_key(scope)
        list_ = self._lists.get(scope["path"])
        documents = self._documents.get(scope["path"]) if list_ is None else None
        try:
            if list_ is not None:
                return self._respond(scope, list_)
            return None if documents is None else self._respond_at_hand(scope, documents)
        except Exception:
            logger.exception("The fast path failed; the request goes through the framework.")
            return None

    def _respond(self, scope: Scope, list_: _List) -> RawResponse | None:
        began = perf_counter()
        headers = dict(scope["headers"])
        principal = self._reader_of(scope, headers)
        if principal is None:
            return None
        accept_encoding = headers.get(b"accept-encoding", b"")
        view = self._door.key_of(principal)
        cached = self._cache.get(list_.dialect, scope["query_string"], accept_encoding, view=view)
        if cached is not None and matches(headers.get(b"if-none-match", b""), cached.etag):
            response = self._not_modified(cached, scope, headers, principal=principal)
            series = list_.not_modified
        else:
            response = self._ok(cached, scope, headers, principal=principal, dialect=list_.dialect)
            series = list_.ok
        if response is not None:
            series.observe(perf_counter() - began)
        return response

    def _respond_at_hand(self, scope: Scope, at: _Documents) -> RawResponse | None:
        """The response with a document that has been made before."""
        began = perf_counter()
        headers = dict(scope["headers"])
        principal = self._reader_of(scope, headers)
        if principal is None or LIST_NAME.search(scope["query_string"]):
            return None
        cached = self._document_at_hand(scope, headers, at, principal=principal)
        if cached is None:
            return None
        unmodified = matches(headers.get(b"if-none-match", b""), cached.etag)
        if unmodified:
            response = self._not_modified(cached, scope, headers, principal=principal)
        else:
            response = self._whole(cached, scope, headers, principal=principal)
        if response is not None:
            (at.not_modified if unmodified else at.ok).observe(perf_counter() - began)
        return response

    def _document_at_hand(
        self, scope: Scope, headers: Mapping[bytes, bytes], at: _Documents, *, principal: Principal
    ) -> CachedResponse | None:
        query_string, today = scope["query_string"], self._editions(None)
        if today is None:
            return None
        accept_encoding = headers.get(b"accept-encoding", b"")
        variant = [headers.get(name) for name in at.varies_by]
        asked = (scope["path"], query_string, accept_encoding, self._door.key_of(principal), *variant)
        recalled = self._cached_documents.recall(asked, today)
        if recalled is not None:
            return recalled
        try:
            found = read_request(at.documents, query_string, headers)
            if found is None:
                return None
            document, question = found
            edition = self._editions(question.as_of)
        except LlmanacError:
            return None
        seen = None if edition is None else self._door.ready(principal, edition)
        if seen is None:
            return None
        recallable = asked if question.as_of is None else None
        return self._cached_documents.get(document, question, accept_encoding, edition=seen, asked=recallable)

    def _whole(
        self, cached: CachedResponse, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], *, principal: Principal
    ) -> RawResponse | None:
        charge = self._limits.charge(principal, scope) if self._is_limited else None
        if charge is not None and not charge.decision.allowed:
            return None
        return RawResponse(200, cached.head + self._request_fields(cached, headers, charge), cached.body)

    def _ok(
        self,
        cached: CachedResponse | None,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        *,
        principal: Principal,
        dialect: QueriedDialect,
    ) -> RawResponse | None:
        charge = self._limits.charge(principal, scope) if self._is_limited else None
        if charge is not None and not charge.decision.allowed:
            return None
        query_string: bytes = scope["query_string"]
        if cached is None:
            cached = self._compute(query_string, headers.get(b"accept-encoding", b""), dialect, principal=principal)
            if cached is None or matches(headers.get(b"if-none-match", b""), cached.etag):
                if charge is not None:
                    charge.refund()
                return None
        return RawResponse(200, cached.head + self._request_fields(cached, headers, charge), cached.body)

    def _reader_of(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Principal | None:
        """The principal of a request that needs no more checks; None where the application has to make them."""
        # Repeated headers, and requests from pages of other origins, take the application's checks.
        if len(headers) != len(scope["headers"]) or b"origin" in headers:
            return None
        if self._versions is not None and self._versions.refusal(headers.get(b"user-agent", b"")):
            return None
        principal = identify(scope, self._authenticator).principal
        return principal if principal is not None and principal.may(TokenScope.CATALOG_READ) else None

    def _compute(
        self, query_string: bytes, accept_encoding: bytes, dialect: QueriedDialect, *, principal: Principal
    ) -> CachedResponse | None:
        try:
            query = parameters.parse(query_string, dialect.schema)
            edition = self._editions(query.as_of)
        except LlmanacError:
            return None
        if edition is None or query.listed_by is not ListedBy.MODELS_DEV:  # an index may have to be built first
            return None
        seen = self._door.ready(principal, edition)
        if seen is None:  # its policies have to be read first
            return None
        view = self._door.key_of(principal)
        return self._cache.respond(query, query_string, accept_encoding, dialect=dialect, edition=seen, view=view)

    def _not_modified(
        self, cached: CachedResponse, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], *, principal: Principal
    ) -> RawResponse | None:
        charge = self._limits.peek(principal, scope) if self._is_limited else None
        if charge is not None and not charge.decision.allowed:
            return None
        return RawResponse(304, cached.unmodified_head + self._request_fields(cached, headers, charge), b"")

    def _request_fields(
        self, cached: CachedResponse, headers: Mapping[bytes, bytes], charge: ChargedRequest | None
    ) -> bytes:
        """Header fields that are not cached: the request id, freshness and rate limits."""
        request_id = accepted_id(headers.get(b"x-request-id")) or self._make_id()
        fields = b"x-request-id: %b\r\n" % request_id
        if self._freshness is not None and not cached.is_past:
            fields += self._freshness()
        return fields if charge is None else fields + charge.block()


class _EncodedHeaders:
    """Headers that seldom change, encoded again only when they do."""

    def __init__(self, look: Callable[[], Headers]) -> None:
        self._look = look
        self._encoded: Headers | None = None
        self._block = b""

    def __call__(self) -> bytes:
        headers = self._look()
        if headers is not self._encoded:
            self._encoded, self._block = headers, encode_fields(headers)
        return self._block
