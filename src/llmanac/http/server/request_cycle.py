"""One request and its answer on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})

Fields = list[tuple[bytes, bytes]]


class RawResponse(NamedTuple):
    """A whole answer, ready before anything was awaited; a tuple, since one is made for every request."""

    status: int
    head: bytes
    """Its fields, as ``encode_fields`` makes them."""
    body: bytes


Shortcut = Callable[[Any], RawResponse | None]
"""Answers an ASGI scope at once where that can be done without awaiting anything; None where it cannot.

Any, since uvicorn and starlette type a scope in ways that exclude each other.
"""


def encode_fields(fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """These fields as lines of a head.

    Raises RuntimeError where a field would break out of its line: a value with a line break in it could
    pretend to be another field, or another answer.
    """
    lines = [b"%b: %b\r\n" % field for field in fields]
    block = b"".join(lines)
    if block.count(b"\n") != len(lines) or block.count(b"\r") != len(lines) or b"\0" in block:
        raise RuntimeError("A header of the answer has a control character in it.")
    return block


def decode_fields(head: bytes) -> Fields:
    """The fields that these lines of a head are."""
    pairs = (line.partition(b": ") for line in head.split(b"\r\n")[:-1])
    return [(name, value) for name, _, value in pairs]


class RequestCycle(RequestResponseCycle):
    """uvicorn's cycle of request and answer, with the answer's head encoded in one go."""

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
            raise RuntimeError(f"The answer began with {message['type']!r}.")
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
