"""Compresses the content of feeds as a stream: gzip with its size and SHA-256, never held uncompressed."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import GZIP_MAGIC, MAX_SIZE
from llmanac.ingest.content.inflate import PIECE, Gzip, Plain

LEVEL = 6
"""Compression level; level 9 takes twice the time for 2 % less."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """The compressed content of a feed."""

    data: bytes = field(repr=False)
    """The content as gzip; the same bytes for the same content."""
    sha256: str
    """The SHA-256 of the uncompressed content, in hexadecimal digits."""
    size: int
    """Size of the uncompressed content, in bytes."""


class Compressor:
    """Compresses a content, plain or gzip, that is added in pieces. Raises InvalidSource beyond ``limit`` bytes."""

    def __init__(self, *, limit: int = MAX_SIZE) -> None:
        self._limit = limit
        self._start = b""
        self._inner: Gzip | Plain | None = None
        self._hash = hashlib.sha256()
        self._gzip = zlib.compressobj(LEVEL, wbits=16 + zlib.MAX_WBITS)
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Add the next bytes."""
        if self._inner is None:
            self._start += piece
            if len(self._start) < len(GZIP_MAGIC):
                return
            piece, self._start = self._start, b""
            self._inner = Gzip() if piece.startswith(GZIP_MAGIC) else Plain()
        for content in self._inner.feed(piece):
            self._take(content)

    def finish(self) -> Compressed:
        """Return the compressed content. Raises InvalidSource where it was cut off."""
        if self._inner is None:
            self._take(self._start)
        else:
            self._inner.end()
        return Compressed(b"".join((*self._parts, self._gzip.flush())), self._hash.hexdigest(), self._size)

    def _take(self, content: bytes) -> None:
        self._size += len(content)
        if self._size > self._limit:
            raise InvalidSource(f"the feed is larger than {self._limit} bytes uncompressed, which no real one is.")
        self._hash.update(content)
        self._parts.append(self._gzip.compress(content))


def compress_file(path: Path, *, limit: int = MAX_SIZE) -> Compressed:
    """Compress a local file, plain or gzip. Raises InvalidSource where it cannot be read, or is too large."""
    compressor = Compressor(limit=limit)
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                compressor.add(piece)
    except OSError as error:
        raise InvalidSource(f"{path} cannot be read: {error.strerror}.") from error
    return compressor.finish()


def compress_bytes(content: bytes) -> Compressed:
    """Compress a content that is in memory."""
    compressor = Compressor(limit=len(content))
    compressor.add(content)
    return compressor.finish()


def fingerprint(data: bytes, *, limit: int | None = None) -> tuple[str, int]:
    """The SHA-256 and the uncompressed size of a content, plain or gzip, which is never held uncompressed.

    Raises InvalidSource where it is damaged, or larger than ``limit`` bytes.
    """
    inner = Gzip() if data.startswith(GZIP_MAGIC) else Plain()
    digest, size = hashlib.sha256(), 0
    for start in range(0, len(data), PIECE):
        for content in inner.feed(data[start : start + PIECE]):
            digest.update(content)
            size += len(content)
        if limit is not None and size > limit:
            raise InvalidSource(f"the feed is larger than {limit} bytes uncompressed, which no real one is.")
    inner.end()
    return digest.hexdigest(), size
