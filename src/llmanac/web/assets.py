"""Static files at URLs with a hash of their content, so that browsers cache them for good."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from llmanac.errors import NotFound
from llmanac.web.compression import SMALLEST, Encoding, compress, negotiate
from llmanac.web.etags import matches

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"
PIECE = 1 << 16
"""Bytes that are sent at a time."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file and its URL."""

    path: Path
    size: int
    """Bytes."""
    digest: str
    """The SHA-256 of its content, in hexadecimal digits."""
    url: str


class AssetResponse(Response):
    """A response sent in pieces, so that the buffer of a client that does not read holds one piece, not the file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- ASGI's signature
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(self.body), PIECE):
            await send({"type": "http.response.body", "body": self.body[start : start + PIECE], "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class Assets:
    """The static files of a folder. Vendored files are missing where the build could not fetch them.

    A file is read and compressed when it is first requested in an encoding, and kept in that encoding.
    """

    def __init__(self, folder: Path, *, prefix: str) -> None:
        self._prefix = prefix
        files = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        self._by_name: Mapping[str, Asset] = {
            path.relative_to(folder).as_posix(): _describe(path, folder, prefix=prefix) for path in files
        }
        self._by_url = {asset.url: asset for asset in self._by_name.values()}
        self._bodies: dict[tuple[str, Encoding], bytes] = {}
        self._lock = asyncio.Lock()

    def url(self, name: str) -> str | None:
        """The URL of a file; None where there is no such file."""
        asset = self._by_name.get(name)
        return asset.url if asset else None

    def routes(self) -> list[Route]:
        """The route that serves the files to anyone."""
        return [Route(f"{self._prefix}/{{path:path}}", self._serve)]

    async def _serve(self, request: Request) -> Response:
        asset = self._by_url.get(request.url.path)
        if asset is None:
            raise NotFound(f"There is nothing at {request.url.path[:200]}.")
        encoding = Encoding.IDENTITY
        if asset.size >= SMALLEST:
            encoding = negotiate(request.headers.get("accept-encoding", "").encode("latin-1"))
        headers = {
            "cache-control": FOREVER,
            "etag": f'"{asset.digest[:12]}-{encoding[:1]}"',
            "vary": "Accept-Encoding",
            "x-content-type-options": "nosniff",
        }
        if matches(request.headers.get("if-none-match", "").encode("latin-1"), headers["etag"].encode()):
            return Response(status_code=304, headers=headers)
        if encoding is not Encoding.IDENTITY:
            headers["content-encoding"] = encoding.value
        body = await self._body(asset, encoding)
        return AssetResponse(body, headers=headers, media_type=TYPES[asset.path.suffix])

    async def _body(self, asset: Asset, encoding: Encoding) -> bytes:
        key = (asset.url, encoding)
        if key not in self._bodies:
            # One at a time: a crowd of first requests compresses a file once.
            async with self._lock:
                if key not in self._bodies:
                    self._bodies[key] = await asyncio.to_thread(_encode, asset, encoding)
        return self._bodies[key]


def _describe(path: Path, folder: Path, *, prefix: str) -> Asset:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    return Asset(path, len(content), digest, f"{prefix}/{digest[:12]}/{path.relative_to(folder).as_posix()}")


def _encode(asset: Asset, encoding: Encoding) -> bytes:
    """The content of an asset in this encoding. Raises NotFound where it is no more what its URL says."""
    content = asset.path.read_bytes() if asset.path.exists() else b""
    if sha256(content).hexdigest() != asset.digest:
        # Browsers would cache the new content under the old URL for good.
        raise NotFound(f"{asset.path.name} has changed since the server started: restart the server.")
    return compress(content, encoding)
