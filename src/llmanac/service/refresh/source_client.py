"""Asks a source for its newest feed: by a conditional request to its URL, or from a local file."""

from __future__ import annotations

import asyncio
import logging
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
from llmanac.ingest.fetch.shown_url import shown_url
from llmanac.ingest.fetch.upstream import NO_VALIDATORS, Fetched, Unmodified, Upstream, Validators
from llmanac.service.refresh.records import SourceState

logger = logging.getLogger(__name__)

TRUST = timedelta(days=1)
"""The longest time between unconditional requests, in case an upstream answers 304 Not Modified for ever."""
LEAST_PAUSE_S = 60.0
"""The shortest pause for a source that asked for one."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A feed in a file, plain or gzip."""

    path: Path


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A source of feeds, by name, and the place that it reads from."""

    name: str
    place: Upstream | LocalFile
    to_json: Callable[[bytes], bytes] | None = None
    """Converts what is read there to JSON; see ``SourceFormat``."""

    @property
    def origin(self) -> str:
        """The URL, without secrets in it, or the path."""
        return shown_url(self.place.url) if isinstance(self.place, Upstream) else str(self.place.path)


class Fetch(Protocol):
    """Fetches a feed, as ``ingest.fetch.fetcher.Fetcher.fetch`` does."""

    def __call__(self, upstream: Upstream, *, validators: Validators) -> Awaitable[Fetched | Unmodified]:
        """The feed; Unmodified where it is still the one of the ``validators``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A feed that a source sent."""

    feed: Feed
    wire_bytes: int
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The failure of a source to send anything usable."""

    detail: str
    stalled: bool = False
    pause_s: float | None = None
    """Seconds until it may be asked again, where it said so (``Retry-After``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResponse:
    """The response of a source, and how long it took."""

    result: Payload | Unmodified | Failure
    duration_s: float


class SourceClient:
    """Asks sources for their feeds."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        clock: Clock,
        largest: int = MAX_SIZE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``largest`` is the limit in bytes of a local file, unpacked; ``fetch`` has bounds of its own."""
        self._fetch = fetch
        self._largest = largest
        self._clock = clock
        self._monotonic = monotonic

    async def ask(self, source: FeedSource, state: SourceState, *, remembers: bool) -> SourceResponse:
        """The response of a source; never raises. ``remembers`` allows a conditional request: its last feed is kept."""
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
        except Exception:
            logger.exception("Asking the source %s failed unexpectedly", source.name)
            result = Failure(detail="it could not be asked: an unexpected error, which the server's log has.")
        return SourceResponse(result=result, duration_s=round(self._monotonic() - began, 3))

    async def _ask(self, source: FeedSource, state: SourceState, *, remembers: bool) -> Payload | Unmodified | Failure:
        if isinstance(source.place, LocalFile):
            return await asyncio.to_thread(_read, source, source.place.path, largest=self._largest)
        now = self._clock()
        if state.not_before is not None and now < state.not_before:
            return Failure(
                detail=f"it asked for a pause until {state.not_before:%Y-%m-%d %H:%M:%S} UTC, and was not asked."
            )
        validators = NO_VALIDATORS
        if remembers and state.asked_in_full_at is not None and now - state.asked_in_full_at < TRUST:
            validators = Validators(state.etag, state.last_modified)
        fetched = await self._fetch(source.place, validators=validators)
        if isinstance(fetched, Unmodified):
            return fetched
        date = now.date().isoformat()
        feed = Feed.of_compressed(fetched.compressed, name=source.name, origin=source.origin, date=date)
        if source.to_json is not None:
            feed = await asyncio.to_thread(feed.as_json, source.to_json)
        return Payload(feed=feed, wire_bytes=fetched.wire_bytes, validators=fetched.validators)


def _read(source: FeedSource, path: Path, *, largest: int) -> Payload:
    content = compress_file(path, limit=largest)
    try:
        date = date_of(path)
    except OSError as error:  # it was removed after it was read
        raise InvalidSource(f"{path} cannot be read: {error.strerror}.") from error
    feed = Feed.of_compressed(content, name=source.name, origin=source.origin, date=date)
    return Payload(feed=feed.as_json(source.to_json), wire_bytes=0)
