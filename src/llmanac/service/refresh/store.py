"""The port of refreshes: a store of their records, the snapshots and their contents."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from llmanac.service.refresh.records import RefreshRecord, Snapshot, SourceState


class RefreshChange(Protocol):
    """The transaction that ends a refresh: everything in it is written, or nothing."""

    async def keep_content(self, sha256: str, data: bytes) -> None:
        """Keep the gzip of a content, in place of any kept before, which may be damaged."""

    async def add_snapshot(self, snapshot: Snapshot) -> None:
        """Make a snapshot the newest; its number is one above the last."""

    async def keep_state(self, state: SourceState) -> None:
        """Keep the new state of a source."""

    async def end(self, record: RefreshRecord) -> None:
        """End the refresh, so that another may begin."""

    async def prune(self) -> None:
        """Delete contents that nothing refers to, and records and snapshots past their retention."""


class RefreshStore(Protocol):
    """Keeps records of refreshes, snapshots and their contents. Each method may raise StorageError.

    One refresh runs at a time among all processes that share the store. Once a method has returned, what it wrote
    is durable.
    """

    async def begin(self, record: RefreshRecord, *, until: datetime) -> RefreshRecord:
        """Keep a record and lease the right to run until ``until``; or return the record of the running refresh.

        A refresh whose lease has expired is marked as interrupted.
        """

    async def extend(self, refresh_id: str, *, until: datetime) -> bool:
        """Extend the lease of a refresh; False where it is not the one that runs."""

    async def leased_until(self, refresh_id: str) -> datetime | None:
        """The end of the lease of a refresh; None where it is not the one that runs."""

    def change(self, refresh_id: str) -> AbstractAsyncContextManager[RefreshChange]:
        """A transaction that ends the running refresh. Raises WriteConflict where another one runs by now."""

    async def newest_number(self) -> int:
        """The number of the newest snapshot; 0 without any."""

    async def latest(self) -> tuple[Snapshot, ...]:
        """The snapshots whose contents are kept, newest first."""

    async def superseded(self, source: str) -> frozenset[str]:
        """The upstream SHA-256 of each content of a source in earlier snapshots."""

    async def content(self, sha256: str) -> bytes | None:
        """A content as gzip; None where it is not kept."""

    async def states(self) -> Mapping[str, SourceState]:
        """The state of each source, by name."""

    async def record(self, refresh_id: str) -> RefreshRecord | None:
        """The record of a refresh; None where there is none."""

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The records of the last refreshes, newest first."""
