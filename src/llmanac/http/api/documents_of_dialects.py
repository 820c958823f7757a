"""The documents of dialects, each at its address; of several at one address, the one that the client means."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from llmanac.auth.scope import Scope as TokenScope
from llmanac.dialects.dialect import AS_OF, Dialect, Document, documents_by_path
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.errors import NotFound
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.encoded_response import EncodedResponse
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at
from llmanac.http.fast.document_cache import DocumentCache, read_request
from llmanac.http.server.request_cycle import decode_fields
from llmanac.web.etags import matches

PATH_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


def create_router(dialects: Iterable[Dialect]) -> APIRouter:
    """A router with the documents of each dialect."""
    router = APIRouter(tags=["dialects"])
    for path, documents in documents_by_path(dialects).items():
        shown = documents[-1]
        router.get(
            path,
            summary=shown.summary,
            description="\n\n".join(it.description for it in reversed(documents)),
            response_class=Response,  # without a media type of its own, which would add a schema
            responses={
                200: {"content": {shown.media_type: {"schema": _schema(documents)}}},
                **NOT_MODIFIED,
                **RESPONSES,
            },
            openapi_extra=_parameters(path, documents),
            dependencies=[Depends(require(TokenScope.CATALOG_READ))],
        )(_endpoint(documents))
    return router


def _endpoint(documents: tuple[Document, ...]) -> Callable[..., Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        headers = dict(request.scope["headers"])
        path = {name: _checked(value) for name, value in request.path_params.items()}
        found = read_request(documents, request.scope["query_string"], headers, path=path)
        if found is None:
            raise NotFound(f"There is nothing at {request.url.path} for this client.")
        document, question = found
        edition = await edition_at(request, question.as_of)
        cache: DocumentCache = request.app.state.documents
        accept_encoding = headers.get(b"accept-encoding", b"")
        cached = await cache.respond(document, question, accept_encoding, edition=edition)
        if matches(headers.get(b"if-none-match", b""), cached.etag):
            return EncodedResponse(304, decode_fields(cached.unmodified_head), b"")
        return EncodedResponse(200, decode_fields(cached.head), cached.body)

    return endpoint


def _checked(value: str) -> str:
    """A parameter of a path. Raises NotFound for what no id can be."""
    if len(value) > MAX_ID_LENGTH or not value.isprintable():
        raise NotFound("No model has such an id.")
    return value


def _schema(documents: tuple[Document, ...]) -> dict[str, Any]:
    """The schema of all documents at an address."""
    schemas = [dict(it.schema) for it in reversed(documents)]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _parameters(path: str, documents: tuple[Document, ...]) -> dict[str, Any]:
    """The parameters of an address, for the OpenAPI document."""
    in_query = {it.name: it for document in reversed(documents) for it in (AS_OF, *document.parameters)}
    documented = parameters.document(in_query.values())
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": MAX_ID_LENGTH}}
        for name in PATH_PARAMETER.findall(path)
    ]
    return {"parameters": [*in_path, *documented["parameters"]]}
