"""The table of sources: every feed that can be read, by name, and a feed's bytes as a value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.content.document import MAX_SIZE, Document, read_document, unpack
from llmanac.ingest.decode import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.layer import Layer

DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFormat:
    """How a source is read, and where it is published."""

    decode: Callable[[Document, DecodeMemo | None], Layer[Any]]
    home: str
    licence: str


SOURCES: Mapping[str, SourceFormat] = {
    modelsdev.SOURCE: SourceFormat(
        decode=modelsdev.decode,
        home="https://models.dev/api.json",
        licence="MIT",
    ),
    litellm.SOURCE: SourceFormat(
        decode=litellm.decode,
        home="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
        licence="MIT",
    ),
    modelsdev_labs.SOURCE: SourceFormat(
        decode=modelsdev_labs.decode,
        home="https://models.dev/models.json",
        licence="MIT",
    ),
}
"""A new source is a file with a ``decode``, a row here, and its part in ``merge``."""


@dataclass(frozen=True, slots=True)
class DecodedFeed:
    """A feed's content, parsed and decoded: read once for all who want to know something of it."""

    content: dict[str, Any]
    """The JSON of the feed."""
    layer: Layer[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The bytes of one feed, and where and when they are from."""

    name: str
    """A key of SOURCES."""
    origin: str
    """Where it is from: ``embedded``, ``seed``, a path, or the address that it was fetched from."""
    date: str
    """The day that the facts are of, ``YYYY-MM-DD``; or the month, ``YYYY-MM``."""
    data: bytes = field(repr=False)
    """Plain or gzip."""
    size: int = 0
    """Bytes of its content where they were counted: such a one may be larger than MAX_SIZE."""

    @property
    def text(self) -> bytes:
        """Its content, unpacked. Raises InvalidSource where that is damaged, or larger than it may be."""
        return unpack(self.data, limit=self.largest)

    def read(self, recall: DecodeMemo | None = None) -> DecodedFeed:
        """The feed's content, and what it claims. Raises InvalidSource, naming the feed, where it cannot be used.

        ``recall`` is for several revisions that are read one after another: what they share is decoded once.
        """
        try:
            document = read_document(self.data, limit=self.largest)
            return DecodedFeed(document.content, SOURCES[self.name].decode(document, recall))
        except InvalidSource as error:
            raise InvalidSource(f"{self.name} ({self.origin}): {error.detail}") from error

    def decode(self) -> Layer[Any]:
        """What the feed claims. Raises InvalidSource, naming the feed, where it cannot be used."""
        return self.read().layer

    @property
    def largest(self) -> int:
        """Bytes that its content may have."""
        return max(MAX_SIZE, self.size)

    @property
    def day(self) -> dt.date:
        """The day of the facts; of a month, the first."""
        return dt.date.fromisoformat(self.date if len(self.date) > len("2026-01") else f"{self.date}-01")


def read_feed(name: str, path: Path, *, largest: int = MAX_SIZE) -> Feed:
    """A local file as a feed, dated by its name (``models-dev-2026-09-30.json.gz``), else by when it was written.

    ``largest`` is how many bytes it may be, unpacked.
    """
    try:
        data = path.read_bytes()
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    except OSError as error:
        raise InvalidSource(f"{name}: {path} cannot be read: {error.strerror}.") from error
    stated = DATE.search(path.name)
    return Feed(
        name=name,
        origin=str(path),
        date=stated.group() if stated else written.isoformat(),
        data=data,
        size=fingerprint(data, limit=largest)[1] if largest != MAX_SIZE else 0,
    )
