"""One request and its response on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})

Fields = list[tuple[bytes, bytes]]


LARGE = 1 << 16
"""Bytes of a body that is written beside its head, rather than joined with it."""


class RawResponse(NamedTuple):
    """A whole response, made without awaiting anything; a tuple, since one is made for every request."""

    status: int
    head: bytes
    """Its header fields, as ``encode_fields`` makes them."""
    body: bytes

    def write(self, transport: asyncio.WriteTransport, start: bytes) -> None:
        """Write it, after the beginning of its head: the status line, and fields of every response."""
        head = b"%b%b\r\n" % (start, self.head)
        if len(self.body) < LARGE:
            transport.write(head + self.body)
        else:
            transport.writelines((head, self.body))  # which copies none of it


FastHandler = Callable[[Any], RawResponse | None]
"""Responds to an ASGI scope without awaiting anything; returns None where that takes the application.

Its parameter is Any, since uvicorn and starlette type a scope in ways that exclude each other.
"""


def encode_fields(fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Encode header fields as lines of a head.

    Raises RuntimeError for a control character: a value with a line break could pose as another field, or as
    another response.
    """
    lines = [b"%b: %b\r\n" % field for field in fields]
    block = b"".join(lines)
    if block.count(b"\n") != len(lines) or block.count(b"\r") != len(lines) or b"\0" in block:
        raise RuntimeError("A header of the response has a control character in it.")
    return block


def decode_fields(head: bytes) -> Fields:
    """Decode the lines of a head into header fields."""
    pairs = (line.partition(b": ") for line in head.split(b"\r\n")[:-1])
    return [(name, value) for name, _, value in pairs]


class RequestCycle(RequestResponseCycle):
    """uvicorn's request-response cycle, with the head of the response encoded in one go."""

    async def send(self, message: Any) -> None:
        """ASGI's ``send``."""
        if self.response_started:
            await super().send(message)
            return
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if message["type"] != "http.response.start":
            raise RuntimeError(f"The response began with {message['type']!r}.")
        head = self._head(message["status"], [*self.default_headers, *message.get("headers", ())])
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(head)

    def _head(self, status: int, fields: Fields) -> bytes:
        for name, value in fields:
            if name == b"content-length":
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"transfer-encoding":
                self.chunked_encoding = value == b"chunked"
            elif name == b"connection" and b"close" in value:
                self.keep_alive = False
        head = STATUS_LINE[status] + encode_fields(fields)
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in BODILESS:
            self.chunked_encoding = True
            head += b"transfer-encoding: chunked\r\n"
        return head + (b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
