"""Refreshes and snapshots in a SQL database, the same code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.domain.feed import FeedRef
from llmanac.errors import WriteConflict
from llmanac.service.refresh.records import (
    AcceptedFeed,
    RefreshRecord,
    Snapshot,
    SourceState,
    Status,
)
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.json_columns import dump, load
from llmanac.storage.schema import accepted_snapshots, feed_contents, refresh_turn, refreshes, source_states
from llmanac.storage.transactions import writing

KEPT_SNAPSHOTS = 2
"""Snapshots whose contents are kept: the newest, and the one before it in case the newest is damaged."""
KEPT_ROWS = 2_000
"""Rows that are kept of refreshes, and of snapshots without their contents: twelve weeks at one an hour."""


class SqlRefreshStore:
    """A RefreshStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def begin(self, record: RefreshRecord, *, until: datetime) -> RefreshRecord:
        """Store the record and lease the right to run until then; or return the record of the refresh that runs."""
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                lease = await _lock_lease(connection)
                if lease.refresh_id is not None and lease.until > record.started_at:
                    running = await _record_of(connection, lease.refresh_id)
                    if running is not None:
                        return running
                await _mark_interrupted(connection, at=record.started_at)
                await connection.execute(update(refresh_turn).values(refresh_id=record.id, until=until))
                await connection.execute(insert(refreshes).values(_row(record)))
                return record

    async def extend(self, refresh_id: str, *, until: datetime) -> bool:
        """Extend the lease of a refresh; False where it is not the one that runs."""
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                result = await connection.execute(
                    update(refresh_turn).where(refresh_turn.c.refresh_id == refresh_id).values(until=until)
                )
                return bool(result.rowcount)

    async def leased_until(self, refresh_id: str) -> datetime | None:
        """The end of the lease of a refresh; None where it is not the one that runs."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                query = select(refresh_turn.c.until).where(refresh_turn.c.refresh_id == refresh_id)
                until: datetime | None = await connection.scalar(query)
                return until

    @asynccontextmanager
    async def change(self, refresh_id: str) -> AsyncIterator[SqlRefreshChange]:
        """A transaction in which the running refresh ends. Raises WriteConflict where another one runs."""
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                lease = await _lock_lease(connection)
                if lease.refresh_id != refresh_id:
                    raise WriteConflict("Another refresh has begun meanwhile; this one was given up.")
                yield SqlRefreshChange(connection)

    async def newest_number(self) -> int:
        """The number of the newest snapshot; 0 where there is none."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                number: int | None = await connection.scalar(select(func.max(accepted_snapshots.c.number)))
                return number or 0

    async def latest(self) -> tuple[Snapshot, ...]:
        """The snapshots whose contents are kept, newest first."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                query = select(accepted_snapshots).order_by(accepted_snapshots.c.number.desc()).limit(KEPT_SNAPSHOTS)
                return tuple(map(_snapshot, await connection.execute(query)))

    async def superseded(self, source: str) -> frozenset[str]:
        """The upstream SHA-256s that earlier snapshots had for a source, without the newest one."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                query = select(accepted_snapshots.c.feeds).order_by(accepted_snapshots.c.number)
                rows = (await connection.execute(query)).scalars().all()
        contents = [_content_of(source, feeds) for feeds in rows]
        return frozenset(it for it in contents if it is not None) - frozenset(contents[-1:])

    async def content(self, sha256: str) -> bytes | None:
        """The content with this SHA-256, as gzip; None where it is not kept."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                query = select(feed_contents.c.content).where(feed_contents.c.sha256 == sha256)
                content: bytes | None = await connection.scalar(query)
                return content

    async def states(self) -> Mapping[str, SourceState]:
        """The state of each source, by name."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = (await connection.execute(select(source_states.c.state))).scalars().all()
        return {state.name: state for state in _states(rows)}

    async def record(self, refresh_id: str) -> RefreshRecord | None:
        """The record of a refresh; None where there is none."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                return await _record_of(connection, refresh_id)

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The records of the last ``limit`` refreshes, newest first."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                query = select(refreshes.c.record).order_by(refreshes.c.started_at.desc(), refreshes.c.id.desc())
                rows = (await connection.execute(query.limit(limit))).scalars().all()
        return tuple(_records(rows))


class SqlRefreshChange:
    """A RefreshChange in an open transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep_content(self, sha256: str, data: bytes) -> None:
        """Store a content as gzip, replacing the stored one, which may be damaged."""
        await self._connection.execute(delete(feed_contents).where(feed_contents.c.sha256 == sha256))
        await self._connection.execute(insert(feed_contents).values(sha256=sha256, content=data))

    async def add_snapshot(self, snapshot: Snapshot) -> None:
        """Store a snapshot as the newest."""
        await self._connection.execute(
            insert(accepted_snapshots).values(
                number=snapshot.number,
                accepted_at=snapshot.accepted_at,
                digest=snapshot.digest,
                refresh_id=snapshot.refresh,
                feeds=dump(list(map(_feed_row, snapshot.feeds))),
            )
        )

    async def keep_state(self, state: SourceState) -> None:
        """Store the state of a source."""
        await self._connection.execute(delete(source_states).where(source_states.c.name == state.name))
        await self._connection.execute(insert(source_states).values(name=state.name, state=dump(state)))

    async def end(self, record: RefreshRecord) -> None:
        """Store the record of the ended refresh, and release its lease."""
        await _write(self._connection, record)
        await self._connection.execute(update(refresh_turn).values(refresh_id=None, until=None))

    async def prune(self) -> None:
        """Delete contents that nothing refers to, and the oldest rows."""
        query = select(accepted_snapshots.c.feeds).order_by(accepted_snapshots.c.number.desc()).limit(KEPT_SNAPSHOTS)
        feeds = [feed for row in (await self._connection.execute(query)).scalars() for feed in orjson.loads(row)]
        states = _states((await self._connection.execute(select(source_states.c.state))).scalars())
        wanted = {feed["sha256"] for feed in feeds} | {state.seen_sha256 for state in states if state.seen_sha256}
        await self._connection.execute(delete(feed_contents).where(feed_contents.c.sha256.not_in(wanted)))
        newest: int | None = await self._connection.scalar(select(func.max(accepted_snapshots.c.number)))
        await self._connection.execute(
            delete(accepted_snapshots).where(accepted_snapshots.c.number <= (newest or 0) - KEPT_ROWS)
        )
        last = select(refreshes.c.started_at).order_by(refreshes.c.started_at.desc()).offset(KEPT_ROWS).limit(1)
        oldest: datetime | None = await self._connection.scalar(last)
        if oldest is not None:
            await self._connection.execute(delete(refreshes).where(refreshes.c.started_at <= oldest))


async def _lock_lease(connection: AsyncConnection) -> Row[Any]:
    """The row with the running refresh, locked: in PostgreSQL too, concurrent transactions wait for it."""
    return (await connection.execute(select(refresh_turn).with_for_update())).one()


async def _mark_interrupted(connection: AsyncConnection, *, at: datetime) -> None:
    """Mark every refresh that has not ended as interrupted: its process is gone, or its lease ran out."""
    query = select(refreshes.c.record).where(refreshes.c.ended_at.is_(None))
    for record in _records((await connection.execute(query)).scalars().all()):
        ended = replace(
            record,
            status=Status.INTERRUPTED,
            ended_at=at,
            detail="The process that ran it is gone; what was served stayed as it was.",
        )
        await _write(connection, ended)


async def _write(connection: AsyncConnection, record: RefreshRecord) -> None:
    await connection.execute(update(refreshes).where(refreshes.c.id == record.id).values(_row(record)))


async def _record_of(connection: AsyncConnection, refresh_id: str) -> RefreshRecord | None:
    row: str | None = await connection.scalar(select(refreshes.c.record).where(refreshes.c.id == refresh_id))
    return None if row is None else load(RefreshRecord, row)


def _row(record: RefreshRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "record": dump(record),
    }


def _records(texts: Iterable[str]) -> Iterator[RefreshRecord]:
    return (load(RefreshRecord, text) for text in texts)


def _states(texts: Iterable[str]) -> Iterator[SourceState]:
    return (load(SourceState, text) for text in texts)


def _snapshot(row: Row[Any]) -> Snapshot:
    feeds = tuple(map(_accepted_feed, orjson.loads(row.feeds)))
    return Snapshot(
        number=row.number, accepted_at=row.accepted_at, digest=row.digest, refresh=row.refresh_id, feeds=feeds
    )


def _accepted_feed(stored: dict[str, str]) -> AcceptedFeed:
    upstream_sha256 = stored.pop("upstream_sha256")
    return AcceptedFeed(ref=FeedRef(**stored), upstream_sha256=upstream_sha256)


def _feed_row(feed: AcceptedFeed) -> dict[str, str]:
    return {**asdict(feed.ref), "upstream_sha256": feed.upstream_sha256}


def _content_of(source: str, feeds: str) -> str | None:
    return next((feed["upstream_sha256"] for feed in orjson.loads(feeds) if feed["name"] == source), None)
