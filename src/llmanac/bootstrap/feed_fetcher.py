"""The fetcher of feeds, which is made when a server first asks a source."""

from __future__ import annotations

import asyncio
from random import SystemRandom
from typing import TYPE_CHECKING

from llmanac.clock import system_clock
from llmanac.ingest.fetch.upstream import FetchBounds, Fetched, Unmodified, Upstream, Validators
from llmanac.settings import Settings

if TYPE_CHECKING:
    from llmanac.ingest.fetch.fetcher import Fetcher


class FeedFetcher:
    """Fetches feeds as the settings have it. Used from one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fetcher: Fetcher | None = None

    async def fetch(self, upstream: Upstream, *, validators: Validators) -> Fetched | Unmodified:
        """Fetch a feed. Raises as ``Fetcher.fetch`` does."""
        fetcher = self._fetcher
        if fetcher is None:
            made = await asyncio.to_thread(self._make)
            fetcher = self._fetcher = self._fetcher or made  # one for another source may be there meanwhile
        return await fetcher.fetch(upstream, validators=validators)

    async def aclose(self) -> None:
        """Close it, if it was made."""
        if self._fetcher is not None:
            await self._fetcher.aclose()

    def _make(self) -> Fetcher:
        from llmanac.ingest.fetch.fetcher import Fetcher  # noqa: PLC0415 -- its HTTP client would slow every start

        return Fetcher(
            clock=system_clock,
            jitter=SystemRandom().random,
            bounds=FetchBounds.for_feeds(self._settings.largest_feed),
            allow_private=self._settings.allow_private_sources,
        )
