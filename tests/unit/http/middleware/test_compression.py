from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from backports import zstd
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from llmanac.http.middleware.compression import LARGE, CompressionMiddleware
from llmanac.web.compression import SMALLEST

DECODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}


def get(response: Callable[[], Response], accept_encoding: str) -> tuple[httpx2.Response, bytes]:
    """The response to a client that accepts this coding, and its body as it was sent."""

    async def endpoint(_: Request) -> Response:
        return response()

    app: ASGIApp = CompressionMiddleware(Starlette(routes=[Route("/", endpoint)]))
    with TestClient(app).stream("GET", "/", headers={"accept-encoding": accept_encoding}) as received:
        return received, b"".join(received.iter_raw())


@pytest.mark.parametrize("size", [SMALLEST, LARGE - 1, LARGE])
@pytest.mark.parametrize("encoding", DECODERS)
def test_a_body_is_compressed_as_the_client_prefers(encoding: str, size: int) -> None:
    response, body = get(lambda: Response(b"x" * size), encoding)
    assert response.headers["content-encoding"] == encoding
    assert int(response.headers["content-length"]) == len(body)
    assert DECODERS[encoding](body) == b"x" * size


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "zstd;q=0, gzip;q=0"])
def test_a_client_that_accepts_no_encoding_gets_the_body_as_it_is(accept: str) -> None:
    response, body = get(lambda: Response(b"x" * SMALLEST), accept)
    assert "content-encoding" not in response.headers
    assert body == b"x" * SMALLEST


@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_caches_are_told_that_the_body_depends_on_the_encoding(accept: str) -> None:
    response, _ = get(lambda: Response(b"x" * SMALLEST, headers={"vary": "Cookie"}), accept)
    assert response.headers["vary"] == "Cookie, Accept-Encoding"


def test_a_small_body_is_sent_as_it_is() -> None:
    response, body = get(lambda: Response(b"x" * (SMALLEST - 1)), "gzip")
    assert not {"content-encoding", "vary"} & set(response.headers)
    assert body == b"x" * (SMALLEST - 1)


def test_a_body_that_is_encoded_already_is_sent_as_it_is() -> None:
    packed = gzip.compress(bytes(range(256)) * 16)
    response, body = get(lambda: Response(packed, headers={"content-encoding": "gzip"}), "zstd")
    assert response.headers["content-encoding"] == "gzip"
    assert body == packed


def test_a_body_in_pieces_is_sent_as_it_is() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * SMALLEST
        yield b"y" * SMALLEST

    response, body = get(lambda: StreamingResponse(pieces()), "gzip")
    assert "content-encoding" not in response.headers
    assert body == b"x" * SMALLEST + b"y" * SMALLEST
