"""A feed: which version of which source, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llmanac.domain.dates import day_of
from llmanac.domain.feed import FeedRef
from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import Compressed, fingerprint
from llmanac.ingest.content.document import MAX_SIZE, Document, read_document, unpack
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.layer import Layer

DATE = re.compile(r"(?<!\d)\d{4}-\d{2}(-\d{2}(?!\d)|(?!-?\d))", re.ASCII)
"""A day or a month in the name of a file, which may be none of the calendar."""


@dataclass(frozen=True, slots=True)
class DecodedFeed:
    """A feed's content, parsed and decoded: read once for all who want to know something of it."""

    content: dict[str, Any]
    """The JSON of the feed."""
    layer: Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A version of a feed with its content."""

    ref: FeedRef
    data: bytes = field(repr=False)
    """The content, plain or gzip."""
    size: int
    """Bytes of the content, unpacked."""

    @classmethod
    def of(cls, data: bytes, *, name: str, origin: str, date: str, limit: int = MAX_SIZE) -> Feed:
        """The feed with these bytes, plain or gzip.

        Raises InvalidSource, naming the feed, where they are damaged or more than ``limit``, unpacked.
        """
        try:
            sha256, size = fingerprint(data, limit=limit)
        except InvalidSource as error:
            raise InvalidSource(f"{name} ({origin}): {error.detail}") from error
        return cls(ref=FeedRef(name=name, origin=origin, date=date, sha256=sha256), data=data, size=size)

    @classmethod
    def of_compressed(cls, content: Compressed, *, name: str, origin: str, date: str) -> Feed:
        """The feed with a content that was compressed here."""
        ref = FeedRef(name=name, origin=origin, date=date, sha256=content.sha256)
        return cls(ref=ref, data=content.data, size=content.size)

    @property
    def name(self) -> str:
        """The source."""
        return self.ref.name

    @property
    def text(self) -> bytes:
        """The content, unpacked. Raises InvalidSource where it is damaged, or larger than it may be."""
        return unpack(self.data, limit=self.largest)

    def read(self, recall: DecodeMemo | None = None, *, sources: Mapping[str, SourceFormat] = SOURCES) -> DecodedFeed:
        """The feed's content, and what it claims. Raises InvalidSource, naming the feed, where it cannot be used.

        ``recall`` is for several revisions that are read one after another: what they share is decoded once.
        """
        try:
            document = self._parse()
            return DecodedFeed(document.content, sources[self.name].decode(document, recall))
        except InvalidSource as error:
            raise InvalidSource(f"{self.name} ({self.ref.origin}): {error.detail}") from error

    def _parse(self) -> Document:
        document = read_document(self.data, limit=self.largest)
        if document.sha256 != self.ref.sha256:
            raise InvalidSource("the content is damaged: its SHA-256 is not the one recorded.")
        return document

    def decode(self) -> Layer:
        """What the feed claims. Raises InvalidSource, naming the feed, where it cannot be used."""
        return self.read().layer

    @property
    def largest(self) -> int:
        """Bytes that its content may have."""
        return max(MAX_SIZE, self.size)


def read_feed(name: str, path: Path, *, largest: int = MAX_SIZE) -> Feed:
    """A local file as a feed, dated as ``date_of`` says.

    Raises InvalidSource where it cannot be read, or has more than ``largest`` bytes, unpacked.
    """
    try:
        data, date = path.read_bytes(), date_of(path)
    except OSError as error:
        raise InvalidSource(f"{name}: {path} cannot be read: {error.strerror}.") from error
    return Feed.of(data, name=name, origin=str(path), date=date, limit=largest)


def date_of(path: Path) -> str:
    """The date of a local file: that in its name (``models-dev-2026-09-30.json.gz``), else when it was written.

    Raises OSError.
    """
    stated = next((it.group() for it in DATE.finditer(path.name) if _is_date(it.group())), None)
    return stated or datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _is_date(text: str) -> bool:
    try:
        day_of(text)
    except ValueError:
        return False
    return True
