"""The lists of the catalog, each in its dialect; the first is the contract's ``GET /api/v1/inference/catalog``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from fastapi import APIRouter, Depends, Request, Response

from llmanac.auth.scope import Scope as TokenScope
from llmanac.dialects.dialect import Dialect, QueriedDialect
from llmanac.http import parameters
from llmanac.http.api.dependencies import authenticate, require
from llmanac.http.api.encoded_response import EncodedResponse
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.server.request_cycle import decode_fields
from llmanac.search.query.query import ListedBy
from llmanac.service.rules.policies.access import Door
from llmanac.web.etags import matches


def create_router(dialects: Iterable[Dialect]) -> APIRouter:
    """A router with the list of each dialect."""
    router = APIRouter(tags=["catalog"])
    for dialect in dialects:
        if not isinstance(dialect, QueriedDialect):
            continue
        router.get(
            dialect.path,
            summary=dialect.summary,
            description=dialect.description,
            response_model=dialect.document,
            response_description="Successful Response",
            responses={**NOT_MODIFIED, **RESPONSES},
            openapi_extra=parameters.document(dialect.schema.parameters),
            dependencies=[Depends(require(TokenScope.CATALOG_READ))],
        )(_endpoint(dialect))
    return router


def _endpoint(dialect: QueriedDialect) -> Callable[..., Awaitable[Response]]:
    async def browse(request: Request) -> Response:
        cache: ResponseCache = request.app.state.response_cache
        accept_encoding = request.headers.get("accept-encoding", "").encode("latin-1")
        query = parameters.parse(request.scope["query_string"], dialect.schema)
        edition = await edition_at(request, query.as_of)
        if query.listed_by is not ListedBy.MODELS_DEV:
            await asyncio.to_thread(edition.services.litellm_search.prepare)
        door: Door = request.app.state.door
        view = door.key_of(await authenticate(request))
        query_string = request.scope["query_string"]
        cached = cache.respond(query, query_string, accept_encoding, dialect=dialect, edition=edition, view=view)
        if matches(request.headers.get("if-none-match", "").encode("latin-1"), cached.etag):
            return EncodedResponse(304, decode_fields(cached.unmodified_head), b"")
        return EncodedResponse(200, decode_fields(cached.head), cached.body)

    return browse
