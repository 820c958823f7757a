"""Limits on what one connection may take of time and bytes, and the errors for a client that exceeds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import NamedTuple

from llmanac import paths
from llmanac.http.problems import Problem, type_of
from llmanac.http.server.request_cycle import encode_fields

HOST = re.compile(rb"(?:[0-9A-Za-z](?:[0-9A-Za-z._~-]{0,253}[0-9A-Za-z.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
"""A name, an IPv4 or an IPv6 address, and an optional port: less than RFC 3986 allows, and all that is in use."""


LOGS = paths.PRICE.encode()
"""The end of the path that usage logs are sent to."""


class BodyBounds(NamedTuple):
    """Limits on one body."""

    size: int
    """Bytes."""
    seconds: float
    """From the end of a request's head to the end of its body."""

    @property
    def on_wire(self) -> int:
        """The largest body on the wire, in bytes: twice its size, since endless tiny chunks are an attack too."""
        return 2 * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class WireBounds:
    """Times are seconds, sizes are bytes; 0 connections per address means as many as there may be in all."""

    head_seconds: float = 6.0
    """From the first byte of a request, or from the start of the connection, to the end of its head."""
    body_seconds: float = 10.0
    """From the end of a request's head to the end of its body."""
    idle_seconds: float = 75.0
    """Between a response and the next request; longer than the 60 s that proxies usually keep a connection."""
    write_seconds: float = 10.0
    """For a client to read enough of a response that more can be written."""
    linger_seconds: float = 1.0
    """For a client that was refused to read the error, before the connection is cut."""
    head_bytes: int = 32 << 10
    url_bytes: int = 16 << 10
    fields: int = 100
    body_bytes: int = 1 << 20
    log_seconds: float = 120.0
    """As ``body_seconds``, for a usage log."""
    log_bytes: int = 64 << 20
    """As ``body_bytes``, for a usage log, which is read while it is written to a file."""
    pipelined: int = 16
    """Requests that may wait in one connection while an earlier one is being handled."""
    connections: int = 12_000
    connections_per_address: int = 1_000

    def of_body(self, url: bytes) -> BodyBounds:
        """The bounds of a body that is sent to a URL."""
        path = url.partition(b"?")[0].rstrip(b"/")
        if path.endswith(LOGS):
            return BodyBounds(self.log_bytes, self.log_seconds)
        return BodyBounds(self.body_bytes, self.body_seconds)


@dataclass(frozen=True, slots=True)
class WireError:
    """An error sent by the protocol itself, in the envelope of all errors, before it closes the connection."""

    reason: str
    """The label in metrics."""
    status: HTTPStatus
    detail: str
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def encode(self, default_headers: bytes) -> bytes:
        """The whole response; ``default_headers`` are encoded lines."""
        return b"HTTP/1.1 %d %b\r\n%b%b" % (
            self.status,
            self.status.phrase.encode(),
            default_headers,
            _encode(self),
        )


@cache
def _encode(error: WireError) -> bytes:
    """The part that never varies, cached: thousands may be refused at once."""
    status = error.status
    problem = Problem(status, error.detail, type_of(status))
    guards = ((b"x-content-type-options", b"nosniff"), (b"connection", b"close"))
    return encode_fields((*problem.raw_headers, *error.headers, *guards)) + b"\r\n" + bytes(problem.body)


NOT_HTTP = WireError("not_http", HTTPStatus.BAD_REQUEST, "This is not an HTTP/1.1 request that the server understands.")
BAD_HOST = WireError("bad_host", HTTPStatus.BAD_REQUEST, "A request has exactly one Host header, with a valid host.")
BAD_VERSION = WireError("bad_version", HTTPStatus.BAD_REQUEST, "The server speaks HTTP/1.1 and HTTP/1.0.")
BAD_TARGET = WireError("bad_target", HTTPStatus.BAD_REQUEST, "The address in the request line is not a path.")
BAD_FRAMING = WireError(
    "bad_framing", HTTPStatus.BAD_REQUEST, "A body has a Content-Length or is chunked, never both, nor anything else."
)
PIPELINED = WireError("pipelined", HTTPStatus.BAD_REQUEST, "Too many requests were sent ahead of their responses.")
TOO_SLOW = WireError("too_slow", HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")
BODY_TOO_LARGE = WireError("body_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
URL_TOO_LONG = WireError("url_too_long", HTTPStatus.REQUEST_URI_TOO_LONG, "The URL is too long.")
HEAD_TOO_LARGE = WireError(
    "head_too_large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large, or too many."
)
ADDRESS_FULL = WireError(
    "address_full",
    HTTPStatus.TOO_MANY_REQUESTS,
    "There are too many connections from your address. Close some, or use them again.",
    ((b"retry-after", b"5"),),
)
SERVER_FULL = WireError(
    "server_full",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The server has as many connections as it can hold. Try again in a moment.",
    ((b"retry-after", b"5"),),
)
