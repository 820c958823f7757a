"""Resources in a SQL database, the same code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.errors import AlreadyExists, NotFound, WriteConflict
from llmanac.service.access.audit import AuditEntry
from llmanac.service.rules.resources.resource import ABSENT, Resource, ResourceKind, ResourceVersion, ResourceWrite
from llmanac.storage import audit
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.schema import resource_changes, resource_versions, resources
from llmanac.storage.transactions import writing


class SqlResourceStore:
    """A ResourceStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def changes(self) -> int:
        """The number of the last change of any resource."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                count: int = (await connection.execute(select(resource_changes.c.count))).scalar_one()
                return count

    async def all(self, kind: ResourceKind) -> tuple[Resource, ...]:
        """The resources of a kind, by name."""
        query = select(resources).where(resources.c.kind == kind.value).order_by(resources.c.name)
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(query)
                return tuple(Resource(**{**row._asdict(), "kind": kind}) for row in rows)

    async def find(self, kind: ResourceKind, name: str) -> Resource | None:
        """The resource of this name; None where there is none."""
        query = select(resources).where(resources.c.kind == kind.value, resources.c.name == name)
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
                return None if row is None else Resource(**{**row._asdict(), "kind": kind})

    async def versions(self, kind: ResourceKind, name: str, *, limit: int) -> tuple[ResourceVersion, ...]:
        """The newest versions of a resource, the newest first."""
        table = resource_versions
        query = (
            select(table.c.version, table.c.content, table.c.at, table.c.author)
            .where(table.c.kind == kind.value, table.c.name == name)
            .order_by(table.c.version.desc())
            .limit(limit)
        )
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(query)
                return tuple(ResourceVersion(**row._asdict()) for row in rows)

    async def write(
        self, writes: Sequence[ResourceWrite], *, at: datetime, author: str, entries: Sequence[AuditEntry] = ()
    ) -> int:
        """Write documents, all of them or none. Raises AlreadyExists, WriteConflict and NotFound."""
        async with changing(self._writer) as connection:
            number: int = (await connection.execute(select(resource_changes.c.count))).scalar_one()
            for write in writes:
                await _write(connection, write, number=number, at=at, author=author)
            for entry in entries:
                await audit.record(connection, entry)
            return number


@asynccontextmanager
async def changing(writer: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that counts as a change of resources; those of all processes run one at a time."""
    with wrap_db_errors():
        async with writer.begin() as connection:
            await connection.execute(update(resource_changes).values(count=resource_changes.c.count + 1))
            yield connection


async def _write(connection: AsyncConnection, write: ResourceWrite, *, number: int, at: datetime, author: str) -> None:
    of_name = (resources.c.kind == write.kind.value, resources.c.name == write.name)
    known: int = (await connection.execute(select(resources.c.version).where(*of_name))).scalar() or ABSENT
    _require(write, known)
    if write.content is None:
        await connection.execute(delete(resources).where(*of_name))
    elif known:
        changed = {"version": number, "content": write.content, "updated_at": at, "updated_by": author}
        await connection.execute(update(resources).where(*of_name).values(changed))
    else:
        await connection.execute(
            insert(resources).values(
                kind=write.kind.value,
                name=write.name,
                version=number,
                content=write.content,
                created_at=at,
                created_by=author,
                updated_at=at,
                updated_by=author,
            )
        )
    version = {"kind": write.kind.value, "name": write.name, "version": number, "content": write.content}
    await connection.execute(insert(resource_versions).values(**version, at=at, author=author))


def _require(write: ResourceWrite, known: int) -> None:
    """Check what the writer expects. Raises AlreadyExists, WriteConflict and NotFound."""
    what = f"The {write.kind} {write.name!r}"
    if write.expected == ABSENT and known:
        raise AlreadyExists(f"{what} exists already, in version {known}. Replace it, or choose another name.")
    if write.content is None and not known:
        raise NotFound(f"{what} does not exist.")
    if write.expected and write.expected != known:
        now = f"is in version {known} by now" if known else "does not exist any more"
        raise WriteConflict(f"{what} {now}, not in version {write.expected}. Read it again, and change that.")
