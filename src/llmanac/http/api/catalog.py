"""``GET /api/v1/inference/catalog``: the contract's endpoint."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope as TokenScope
from llmanac.http import parameters
from llmanac.http.api.contract import InferenceCatalogListResponse
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at
from llmanac.http.fast.etags import matches
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.parameters import CatalogParameters
from llmanac.http.server.request_cycle import decode_fields

router = APIRouter()


@router.get(
    paths.CATALOG,
    summary="Browse model catalog",
    description="Browse models.dev catalog metadata with optional server-side search "
    "and featured LiteLLM-compatible results.",
    response_model=InferenceCatalogListResponse,
    response_description="Successful Response",
    responses={**NOT_MODIFIED, **RESPONSES},
    dependencies=[
        Depends(require(TokenScope.CATALOG_READ)),
        Depends(parameters.require_known_names),
    ],
    tags=["catalog"],
)
async def browse(request: Request, asked: Annotated[CatalogParameters, Query()]) -> Response:
    answers: ResponseCache = request.app.state.answers
    accept_encoding = request.headers.get("accept-encoding", "").encode("latin-1")
    query = parameters.question(asked)
    edition = await edition_at(request, query.as_of)
    answer = answers.give(query, request.scope["query_string"], accept_encoding, edition=edition)
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), answer.etag):
        return _RawResponse(304, decode_fields(answer.unmodified_head), b"")
    return _RawResponse(200, decode_fields(answer.head), answer.body)


class _RawResponse(Response):
    """A response whose bytes and headers are ready."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.raw_headers = headers
        self.body = body
        self.background = None
