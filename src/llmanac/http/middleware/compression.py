"""Compression of the framework's responses, in the encoding that the client prefers."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.web.compression import SMALLEST, Encoding, compress, negotiate

LARGE = 1 << 17
"""Bytes; a larger body is compressed on a thread, since it would hold up the event loop for milliseconds."""


class CompressionMiddleware:
    """Compresses bodies that are sent whole and have no encoding yet; those sent in pieces pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        encoding = negotiate(Headers(scope=scope).get("accept-encoding", "").encode("latin-1"))
        start: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message  # its headers depend on the body
                return
            if start is not None:
                held, start = start, None
                if _is_compressible(held, message):
                    message = await _compress(held, message, encoding)
                await send(held)
            await send(message)

        await self._app(scope, receive, send_compressed)


def _is_compressible(start: Message, message: Message) -> bool:
    is_whole = message["type"] == "http.response.body" and not message.get("more_body", False)
    return is_whole and len(message.get("body", b"")) >= SMALLEST and "content-encoding" not in _headers(start)


async def _compress(start: Message, message: Message, encoding: Encoding) -> Message:
    """The message with its body in this encoding; the headers of ``start`` are changed to say so."""
    headers = _headers(start)
    headers.add_vary_header("Accept-Encoding")
    if encoding is Encoding.IDENTITY:
        return message
    body: bytes = message["body"]
    packed = compress(body, encoding) if len(body) < LARGE else await asyncio.to_thread(compress, body, encoding)
    headers["content-encoding"] = encoding.value
    headers["content-length"] = str(len(packed))
    return {**message, "body": packed}


def _headers(start: Message) -> MutableHeaders:
    return MutableHeaders(raw=start.setdefault("headers", []))
