"""Upstreams, and what comes of asking one: without the HTTP client, whose import takes a part of every start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmanac.ingest.content.compressed import Compressed
from llmanac.ingest.content.document import MAX_SIZE


@dataclass(frozen=True, slots=True)
class FetchBounds:
    """The limits of one fetch, in bytes, seconds and attempts."""

    wire_bytes: int = 32 * 2**20
    content_bytes: int = MAX_SIZE
    total_s: float = 30.0
    """Seconds from the DNS look-up to the last byte, including redirects and retries."""
    connect_s: float = 10.0
    attempts: int = 3
    backoff_s: float = 1.0
    """Maximum seconds before the second attempt; twice as many before the third."""

    @classmethod
    def for_feeds(cls, largest: int) -> FetchBounds:
        """The bounds for feeds of ``largest`` bytes, unpacked: the others in proportion, never below the usual ones."""
        usual, times = cls(), max(1.0, largest / MAX_SIZE)
        return replace(
            usual,
            wire_bytes=round(usual.wire_bytes * times),
            content_bytes=max(usual.content_bytes, largest),
            total_s=usual.total_s * times,
        )


USUAL_BOUNDS = FetchBounds()


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of a fetched version, for a conditional request (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request for a newer version."""
        named = {"if-none-match": self.etag, "if-modified-since": None if self.etag else self.last_modified}
        return {name: value for name, value in named.items() if value}


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Upstream:
    """The upstream that a feed is fetched from."""

    url: str
    """Its host is the only one that is requested, and that redirects may lead to."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched feed, compressed, with the validators of its version."""

    compressed: Compressed
    wire_bytes: int
    validators: Validators


@dataclass(frozen=True, slots=True)
class Unmodified:
    """The upstream still has the version that was fetched before (304)."""
