"""Feed: a version of a source's data, with its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llmanac.domain.dates import day_of
from llmanac.domain.feed import FeedRef
from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import Compressed, compress_bytes, fingerprint
from llmanac.ingest.content.document import MAX_SIZE, Document, read_document, unpack
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.layer import Layer

DATE = re.compile(r"(?<!\d)\d{4}-\d{2}(-\d{2}(?!\d)|(?!-?\d))", re.ASCII)
"""A day or a month in the name of a file, which may be none of the calendar."""


@dataclass(frozen=True, slots=True)
class DecodedFeed:
    """A feed's content, parsed and decoded."""

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
    """Size of the uncompressed content, in bytes."""

    @classmethod
    def of(cls, data: bytes, *, name: str, origin: str, date: str, limit: int = MAX_SIZE) -> Feed:
        """The feed of these bytes, plain or gzip.

        Raises InvalidSource, naming the feed, where they are damaged, or larger than ``limit`` bytes uncompressed.
        """
        try:
            sha256, size = fingerprint(data, limit=limit)
        except InvalidSource as error:
            raise InvalidSource(f"{name} ({origin}): {error.detail}") from error
        return cls(ref=FeedRef(name=name, origin=origin, date=date, sha256=sha256), data=data, size=size)

    @classmethod
    def of_compressed(cls, content: Compressed, *, name: str, origin: str, date: str) -> Feed:
        """The feed of a compressed content."""
        ref = FeedRef(name=name, origin=origin, date=date, sha256=content.sha256)
        return cls(ref=ref, data=content.data, size=content.size)

    @property
    def name(self) -> str:
        """The source."""
        return self.ref.name

    @property
    def text(self) -> bytes:
        """The uncompressed content. Raises InvalidSource where it is damaged, or larger than ``largest``."""
        return unpack(self.data, limit=self.largest)

    def as_json(self, to_json: Callable[[bytes], bytes] | None) -> Feed:
        """Convert the content to JSON, of which the SHA-256 then is; without a converter it is JSON already.

        Raises InvalidSource, naming the feed, where it cannot be converted.
        """
        if to_json is None:
            return self
        try:
            content = compress_bytes(to_json(self.text))
        except InvalidSource as error:
            raise InvalidSource(f"{self.name} ({self.ref.origin}): {error.detail}") from error
        return Feed.of_compressed(content, name=self.name, origin=self.ref.origin, date=self.ref.date)

    def read(self, memo: DecodeMemo | None = None, *, sources: Mapping[str, SourceFormat] = SOURCES) -> DecodedFeed:
        """Parse and decode the feed. Raises InvalidSource, naming the feed, where it cannot be used.

        ``memo`` is for reading several revisions one after another: records that they share are decoded once.
        """
        try:
            document = self._parse()
            return DecodedFeed(document.content, sources[self.name].decode(document, memo))
        except InvalidSource as error:
            raise InvalidSource(f"{self.name} ({self.ref.origin}): {error.detail}") from error

    def _parse(self) -> Document:
        document = read_document(self.data, limit=self.largest)
        if document.sha256 != self.ref.sha256:
            raise InvalidSource("the content is damaged: its SHA-256 is not the one recorded.")
        return document

    def decode(self) -> Layer:
        """Decode the feed into its layer. Raises InvalidSource, naming the feed, where it cannot be used."""
        return self.read().layer

    @property
    def largest(self) -> int:
        """Maximum size of its uncompressed content, in bytes."""
        return max(MAX_SIZE, self.size)


def read_feed(name: str, path: Path, *, largest: int = MAX_SIZE, sources: Mapping[str, SourceFormat] = SOURCES) -> Feed:
    """Read a local file as a feed, converted to JSON where it is not, dated by ``date_of``.

    Raises InvalidSource where it cannot be read, or has more than ``largest`` bytes uncompressed.
    """
    try:
        data, date = path.read_bytes(), date_of(path)
    except OSError as error:
        raise InvalidSource(f"{name}: {path} cannot be read: {error.strerror}.") from error
    return Feed.of(data, name=name, origin=str(path), date=date, limit=largest).as_json(sources[name].to_json)


def date_of(path: Path) -> str:
    """The date of a local file: the one in its name (``models-dev-2026-09-30.json.gz``), else of its last change.

    Raises OSError where the file cannot be found.
    """
    stated = next((it.group() for it in DATE.finditer(path.name) if _is_date(it.group())), None)
    return stated or datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _is_date(text: str) -> bool:
    try:
        day_of(text)
    except ValueError:
        return False
    return True
