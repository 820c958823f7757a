"""A response that is encoded already: its head as fields, its body as bytes."""

from __future__ import annotations

from fastapi import Response


class EncodedResponse(Response):
    """A response with encoded headers and body."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.raw_headers = headers
        self.body = body
        self.background = None
