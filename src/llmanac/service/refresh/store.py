"""The port of refreshes: where their records, the snapshots and their contents are kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from llmanac.service.refresh.records import RefreshRecord, Snapshot, SourceState


class RefreshChange(Protocol):
    """What the end of a refresh writes, all of it or nothing."""

    async def keep_content(self, sha256: str, data: bytes) -> None:
        """Keep the gzip of a content, in place of what stands there: that may be damaged."""

    async def add_snapshot(self, snapshot: Snapshot) -> None:
        """Make a snapshot the newest; its number is one above the last."""

    async def keep_state(self, state: SourceState) -> None:
        """How a source stands now."""

    async def end(self, record: RefreshRecord) -> None:
        """The refresh is over, and another may begin."""

    async def prune(self) -> None:
        """Forget contents that nothing refers to, and what is older than all that counts."""


class RefreshStore(Protocol):
    """Keeps records of refreshes, snapshots and their contents. Each method may raise StorageError.

    One refresh runs at a time over all processes that share the store. What a method has returned from is
    durable.
    """

    async def begin(self, record: RefreshRecord, *, until: datetime) -> RefreshRecord:
        """The record, now kept, with the right to run until then; or that of the refresh that is running.

        A refresh whose time is over without an end is marked as interrupted.
        """

    async def extend(self, refresh_id: str, *, until: datetime) -> bool:
        """Whether a refresh is the one that runs; if so, it may until then."""

    def change(self, refresh_id: str) -> AbstractAsyncContextManager[RefreshChange]:
        """A transaction at the end of the refresh that runs. Raises Conflict where that is another one by now."""

    async def newest_number(self) -> int:
        """That of the newest snapshot; 0 without any."""

    async def latest(self) -> tuple[Snapshot, ...]:
        """The snapshots whose contents are kept, the newest first."""

    async def superseded(self, source: str) -> frozenset[str]:
        """The SHA-256, upstream's, of the contents of a source that earlier snapshots had."""

    async def content(self, sha256: str) -> bytes | None:
        """The gzip of a content."""

    async def states(self) -> Mapping[str, SourceState]:
        """How each source stands, by name."""

    async def record(self, refresh_id: str) -> RefreshRecord | None:
        """One refresh."""

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The last refreshes, the newest first."""
