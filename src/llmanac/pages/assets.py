"""The static files of the pages, each at a URL with a hash of its content, so that browsers can cache it for good."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from llmanac.errors import NotFound

STATIC = Path(__file__).parent / "static"
PREFIX = "/assets"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, plain and as gzip, with its URL."""

    body: bytes
    compressed: bytes
    media_type: str
    url: str


class Assets:
    """The static files of a folder, read once. Vendored files are missing where the build could not fetch them."""

    def __init__(self, folder: Path = STATIC) -> None:
        files = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        self._by_name: Mapping[str, Asset] = {
            path.relative_to(folder).as_posix(): _asset(path, folder) for path in files
        }
        self._by_url = {asset.url: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str | None:
        """The URL of a file; None where there is no such file."""
        asset = self._by_name.get(name)
        return asset.url if asset else None

    def routes(self) -> list[Route]:
        """The route that serves the files, without a session."""
        return [Route(f"{PREFIX}/{{path:path}}", self._serve)]

    async def _serve(self, request: Request) -> Response:
        asset = self._by_url.get(request.url.path)
        if asset is None:
            raise NotFound(f"There is nothing at {request.url.path[:200]}.")
        headers = {"cache-control": FOREVER, "vary": "Accept-Encoding", "x-content-type-options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.compressed, headers=headers, media_type=asset.media_type)
        return Response(asset.body, headers=headers, media_type=asset.media_type)


def _asset(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    return Asset(
        body,
        gzip.compress(body, compresslevel=9, mtime=0),
        TYPES[path.suffix],
        f"{PREFIX}/{sha256(body).hexdigest()[:12]}/{name}",
    )
