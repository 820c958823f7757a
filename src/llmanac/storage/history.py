"""The history in a SQL database, the same code for SQLite and PostgreSQL.

Each version of a feed is stored as a patch on an earlier version, or on the empty text. The base of a version is its
number with the lowest set bit cleared: versions 10 and 12 are patches on 8, and 8 is one on the empty text. So a
version is rebuilt from as many patches as its number has set bits. A change is stored about five times over in two
thousand versions, which for small changes takes less room than whole versions in between would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.domain.feed import FeedRef
from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause, RecordedChange
from llmanac.history.timeline import Epoch, FeedVersion
from llmanac.ingest.content.patch import apply_patch, make_patch
from llmanac.service.history.store import Addition, Selection
from llmanac.storage.db_errors import DAMAGED, wrap_db_errors
from llmanac.storage.json_columns import dump, load
from llmanac.storage.schema import history_changes, history_epochs, history_feeds, history_head
from llmanac.storage.transactions import writing

MOST_CHANGES = 1_000_000
"""Upper bound of changes in one epoch. A change's id is its epoch's number times this, plus its place from the end."""


class SqlHistoryStore:
    """A HistoryStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def secret(self) -> bytes:
        """Random bytes, 32 of them, shared by all processes on the database; used to sign cursors."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                secret: bytes = (await connection.execute(select(history_head.c.secret))).scalar_one()
                return secret

    async def epochs(self, *, after: int = 0) -> tuple[Epoch, ...]:
        """The epochs with numbers above ``after``, oldest first."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(
                    select(history_epochs).where(history_epochs.c.number > after).order_by(history_epochs.c.number)
                )
                return tuple(map(_epoch, rows))

    async def content(self, source: str, sha256: str) -> bytes:
        """The content of a feed of some epoch, unpacked. Raises StorageError where it is not stored."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                version = await _version_of(connection, source, sha256)
                if version is None:
                    raise StorageError(DAMAGED)
                return await _read(connection, source, version)

    async def last_reported(self) -> Mapping[str, Rates]:
        """The rates that were last reported, as the newest Addition left them, by offer id."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                text: str = (await connection.execute(select(history_head.c.untold))).scalar_one()
        return load(dict[str, Rates], text)

    async def append(self, addition: Addition) -> bool:
        """Store an epoch in one transaction; False where its number is taken already."""
        epoch = addition.epoch
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                # First in the transaction: in PostgreSQL, the lock on this row makes concurrent ones wait.
                is_next = await connection.execute(
                    update(history_head)
                    .where(history_head.c.epochs == epoch.number - 1)
                    .values(epochs=epoch.number, untold=dump(dict(addition.last_reported)))
                )
                if is_next.rowcount == 0:
                    return False
                for feed in epoch.feeds:
                    await _keep_content(connection, feed.ref, addition.texts)
                await connection.execute(insert(history_epochs).values(_epoch_row(epoch)))
                rows = [_change_row(epoch, place, change) for place, change in enumerate(addition.changes)]
                if rows:
                    await connection.execute(insert(history_changes), rows)
                return True

    async def changes(self, selection: Selection, *, below: int | None, limit: int) -> tuple[RecordedChange, ...]:
        """The newest ``limit`` changes of a selection, newest first; ``below`` leaves out ids from it on."""
        query = (
            select(history_changes)
            .where(*_conditions(selection), *(() if below is None else (history_changes.c.id < below,)))
            .order_by(history_changes.c.id.desc())
            .limit(limit)
        )
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                return tuple(map(_recorded, await connection.execute(query)))


def chain(version: int) -> list[int]:
    """The versions whose patches, applied in order to the empty text, give this version."""
    versions = []
    while version:
        versions.append(version)
        version &= version - 1
    return versions[::-1]


async def _keep_content(connection: AsyncConnection, feed: FeedRef, texts: Mapping[str, bytes]) -> None:
    """Store a feed's content as a patch, unless it is stored already."""
    source, sha256 = feed.name, feed.sha256
    if await _version_of(connection, source, sha256) is not None:
        return
    newest = await connection.execute(select(func.max(history_feeds.c.version)).where(history_feeds.c.source == source))
    version = (newest.scalar_one() or 0) + 1
    base = await _read(connection, source, version & (version - 1))
    patch = await asyncio.to_thread(make_patch, texts[sha256], base=base)
    await connection.execute(insert(history_feeds).values(source=source, version=version, sha256=sha256, patch=patch))


async def _version_of(connection: AsyncConnection, source: str, sha256: str) -> int | None:
    rows = await connection.execute(
        select(history_feeds.c.version).where(history_feeds.c.source == source, history_feeds.c.sha256 == sha256)
    )
    version: int | None = rows.scalar_one_or_none()
    return version


async def _read(connection: AsyncConnection, source: str, version: int) -> bytes:
    patches = await connection.execute(
        select(history_feeds.c.patch)
        .where(history_feeds.c.source == source, history_feeds.c.version.in_(chain(version)))
        .order_by(history_feeds.c.version)
    )
    return await asyncio.to_thread(_apply_all, patches.scalars().all())


def _apply_all(patches: Iterable[bytes]) -> bytes:
    text = b""
    try:
        for patch in patches:
            text = apply_patch(patch, base=text)
    except ValueError as error:
        raise StorageError(DAMAGED) from error
    return text


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    column = history_changes.c
    conditions = []
    if selection.first is not None:
        conditions.append(column.id >= selection.first * MOST_CHANGES)
    if selection.last is not None:
        conditions.append(column.id < (selection.last + 1) * MOST_CHANGES)
    if selection.kinds:
        conditions.append(column.kind.in_(selection.kinds))
    if selection.providers:
        conditions.append(column.provider.in_(selection.providers))
    if selection.base is not None:
        conditions.append(column.base == selection.base)
    if selection.offers:
        conditions.append(or_(column.offer.in_(selection.offers), column.previous.in_(selection.offers)))
    return conditions


def _epoch(row: Row[*tuple[object, ...]]) -> Epoch:
    values = row._asdict()
    return Epoch(**{**values, "feeds": tuple(map(_feed_version, orjson.loads(values["feeds"])))})


def _epoch_row(epoch: Epoch) -> dict[str, object]:
    return {
        "number": epoch.number,
        "began_at": epoch.began_at,
        "digest": epoch.digest,
        "offers": epoch.offers,
        "feeds": orjson.dumps(list(map(_feed_row, epoch.feeds))).decode(),
    }


def _feed_version(stored: Mapping[str, Any]) -> FeedVersion:
    ref = FeedRef(name=stored["source"], origin=stored["origin"], date=stored["date"], sha256=stored["sha256"])
    return FeedVersion(ref=ref, lacks=tuple(stored["lacks"]))


def _feed_row(feed: FeedVersion) -> dict[str, object]:
    ref = feed.ref
    return {"source": ref.name, "date": ref.date, "origin": ref.origin, "sha256": ref.sha256, "lacks": feed.lacks}


def _recorded(row: Row[*tuple[object, ...]]) -> RecordedChange:
    values = row._asdict()
    id_ = values.pop("id")
    differences = tuple(map(_difference, orjson.loads(values.pop("differences"))))
    change = Change(**{**values, "kind": ChangeKind(values["kind"]), "differences": differences})
    return RecordedChange(id_, id_ // MOST_CHANGES, change)


def _difference(stored: list[Any]) -> Difference:
    field, before, after, *cause = stored
    return Difference(field, before, after, DifferenceCause(cause[0]) if cause else None)


def _difference_row(difference: Difference) -> list[Any]:
    """A difference as it is stored, with its cause where it has one."""
    stored = [difference.field, difference.before, difference.after]
    return stored if difference.cause is None else [*stored, difference.cause]


def _change_row(epoch: Epoch, place: int, change: Change) -> dict[str, object]:
    return {
        "id": (epoch.number + 1) * MOST_CHANGES - 1 - place,
        "kind": change.kind.value,
        "offer": change.offer,
        "provider": change.provider,
        "base": change.base,
        "name": change.name,
        "previous": change.previous,
        "differences": orjson.dumps(list(map(_difference_row, change.differences))).decode(),
    }
