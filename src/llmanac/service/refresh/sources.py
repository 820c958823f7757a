"""Asking one source whether it has anything new: an address, politely, or a local file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from llmanac.clock import Clock
from llmanac.errors import InvalidSource, UpstreamFailed, UpstreamStalled
from llmanac.ingest.content.compressed import compress_file
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed, date_of
from llmanac.ingest.fetch.fetcher import NO_VALIDATORS, Fetched, Unmodified, Upstream, Validators
from llmanac.service.refresh.records import SourceState

TRUST = timedelta(days=1)
"""For how long an upstream's word is taken that nothing is new; then it is asked in full, lest that is all it says."""
LEAST_PAUSE_S = 60.0
"""A source that asked to be left alone is, for a minute at least."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A feed in a file, plain or gzip."""

    path: Path


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Where a feed comes from."""

    name: str
    place: Upstream | LocalFile

    @property
    def origin(self) -> str:
        """The address or the path."""
        return self.place.url if isinstance(self.place, Upstream) else str(self.place.path)


class Fetch(Protocol):
    """See ``ingest.fetch.fetcher.Fetcher.fetch``."""

    def __call__(self, upstream: Upstream, *, validators: Validators) -> Awaitable[Fetched | Unmodified]:
        """The feed, or word that it is the one that ``validators`` name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A source gave a content."""

    feed: Feed
    wire_bytes: int
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A source gave nothing that can be looked into."""

    detail: str
    stalled: bool = False
    pause_s: float | None = None
    """How long it is to be left alone, where it asked for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResponse:
    """What a source gave, and how long that took."""

    result: Payload | Unmodified | Failure
    duration_s: float


class SourceClient:
    """Asks sources."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        clock: Clock,
        largest: int = MAX_SIZE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``largest`` is how many bytes a local file may be, unpacked; ``fetch`` has bounds of its own."""
        self._fetch = fetch
        self._largest = largest
        self._clock = clock
        self._monotonic = monotonic

    async def ask(self, source: FeedSource, state: SourceState, *, remembers: bool) -> SourceResponse:
        """The response of a source; never raises. It ``remembers`` where its last content is still at hand."""
        began = self._monotonic()
        try:
            result = await self._ask(source, state, remembers=remembers)
        except UpstreamStalled as error:
            result = Failure(detail=error.detail, stalled=True)
        except UpstreamFailed as error:
            pause = None if error.retry_after_s is None else max(error.retry_after_s, LEAST_PAUSE_S)
            result = Failure(detail=error.detail, pause_s=pause)
        except InvalidSource as error:
            result = Failure(detail=error.detail)
        return SourceResponse(result=result, duration_s=round(self._monotonic() - began, 3))

    async def _ask(self, source: FeedSource, state: SourceState, *, remembers: bool) -> Payload | Unmodified | Failure:
        if isinstance(source.place, LocalFile):
            return await asyncio.to_thread(_read, source, source.place.path, largest=self._largest)
        now = self._clock()
        if state.not_before is not None and now < state.not_before:
            return Failure(detail=f"it asked to be left alone until {state.not_before:%Y-%m-%d %H:%M:%S} UTC; it was.")
        validators = NO_VALIDATORS
        if remembers and state.asked_in_full_at is not None and now - state.asked_in_full_at < TRUST:
            validators = Validators(state.etag, state.last_modified)
        fetched = await self._fetch(source.place, validators=validators)
        if isinstance(fetched, Unmodified):
            return fetched
        date = now.date().isoformat()
        feed = Feed.of_compressed(fetched.compressed, name=source.name, origin=source.origin, date=date)
        return Payload(feed=feed, wire_bytes=fetched.wire_bytes, validators=fetched.validators)


def _read(source: FeedSource, path: Path, *, largest: int) -> Payload:
    content = compress_file(path, limit=largest)
    feed = Feed.of_compressed(content, name=source.name, origin=source.origin, date=date_of(path))
    return Payload(feed=feed, wire_bytes=0)
