"""``Idempotency-Key``: a POST that is retried after a lost response gets the same response, and runs once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import Header, Request, Response
from fastapi.routing import APIRoute

from llmanac.http.requester import requester_of
from llmanac.service.access.idempotency import MAX_KEY_LENGTH, Idempotency, KeyedRequest, Replay

HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"

SUCCESSES = range(200, 300)
"""Statuses whose responses are stored: a failure has changed nothing, and a retry may succeed."""


def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=MAX_KEY_LENGTH,
            description="Any new random text, such as a UUID. The same request sent again with it within a day gets "
            "the same response, and runs once",
        ),
    ] = None,
) -> str | None:
    """A dependency that documents the header, which ``IdempotentRoute`` handles."""
    return key


class IdempotentRoute(APIRoute):
    """A route whose POSTs support an Idempotency-Key: ``APIRouter(route_class=IdempotentRoute)``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            return await _once(request, key, handle)

        return handle_once


async def _once(request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    idempotency: Idempotency = request.app.state.idempotency
    requester = requester_of(request.scope)
    principal = await requester.verify()
    keyed = KeyedRequest(
        owner=principal.key,
        key=key,
        credential=requester.credential or "",
        content=b"\0".join((request.method.encode(), request.scope["path"].encode(), await request.body())),
    )
    begun = await idempotency.begin(keyed)
    if isinstance(begun, Replay):
        return _decode(begun.response)
    stored = None
    try:
        response = await handle(request)
        if response.status_code in SUCCESSES:
            stored = _encode(response)
    finally:
        await idempotency.finish(begun, stored)
    return response


def _encode(response: Response) -> bytes:
    location = response.headers.get("location")
    return orjson.dumps([response.status_code, response.media_type, location, bytes(response.body).decode()])


def _decode(stored: bytes) -> Response:
    status, media_type, location, body = orjson.loads(stored)
    headers = {REPLAYED: "true", "cache-control": "no-store"} | ({"location": location} if location else {})
    return Response(body, status, headers, media_type)
