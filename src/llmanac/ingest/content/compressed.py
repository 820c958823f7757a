"""The content of a feed as it is kept: gzip, with its size and its SHA-256, made without ever holding it unpacked."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import GZIP_MAGIC, MAX_SIZE
from llmanac.ingest.content.inflate import PIECE, Gzip, Plain

LEVEL = 6
"""Of compression: level 9 takes twice the time for 2 % less."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """What a source gave."""

    data: bytes = field(repr=False)
    """gzip; the same bytes for the same content."""
    sha256: str
    """Of the content, unpacked."""
    size: int
    """Bytes of the content, unpacked."""


class Compressor:
    """Takes a content in pieces, plain or gzip, and makes a Compressed. Raises InvalidSource beyond ``limit`` bytes."""

    def __init__(self, *, limit: int = MAX_SIZE) -> None:
        self._limit = limit
        self._start = b""
        self._inner: Gzip | Plain | None = None
        self._hash = hashlib.sha256()
        self._gzip = zlib.compressobj(LEVEL, wbits=16 + zlib.MAX_WBITS)
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """The next bytes."""
        if self._inner is None:
            self._start += piece
            if len(self._start) < len(GZIP_MAGIC):
                return
            piece, self._start = self._start, b""
            self._inner = Gzip() if piece.startswith(GZIP_MAGIC) else Plain()
        for content in self._inner.feed(piece):
            self._take(content)

    def finish(self) -> Compressed:
        """There is nothing more."""
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
    """The content of a local file, plain or gzip. Raises InvalidSource where it cannot be read, or is too large."""
    packer = Compressor(limit=limit)
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                packer.add(piece)
    except OSError as error:
        raise InvalidSource(f"{path} cannot be read: {error.strerror}.") from error
    return packer.finish()


def compress_bytes(content: bytes) -> Compressed:
    """A content that is at hand."""
    packer = Compressor(limit=len(content))
    packer.add(content)
    return packer.finish()


def fingerprint(data: bytes, *, limit: int | None = None) -> tuple[str, int]:
    """The SHA-256 and the size of a content, plain or gzip, by turns: it is never held unpacked.

    Raises InvalidSource where it is damaged, or larger than the limit.
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
