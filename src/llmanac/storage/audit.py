"""The audit log in a SQL database; entries are only ever added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.service.access.audit import AuditEntry, NumberedEntry
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.schema import audit_log

_ENTRY = (
    audit_log.c.at,
    audit_log.c.author,
    audit_log.c.author_name,
    audit_log.c.action,
    audit_log.c.subject,
    audit_log.c.detail,
    audit_log.c.request_id,
)


async def record(connection: AsyncConnection, entry: AuditEntry | None) -> None:
    """Add an entry in the transaction of the write that it records, so that neither exists without the other."""
    if entry is not None:
        await connection.execute(
            insert(audit_log).values({column.name: getattr(entry, column.name) for column in _ENTRY})
        )


class SqlAuditStore:
    """An AuditStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def newest(self, limit: int, *, below: int | None = None) -> tuple[NumberedEntry, ...]:
        """The newest ``limit`` entries, newest first; ``below`` leaves out numbers from it on."""
        query = select(audit_log.c.number, *_ENTRY).order_by(audit_log.c.number.desc()).limit(limit)
        if below is not None:
            query = query.where(audit_log.c.number < below)
        with wrap_db_errors():
            async with self._engine.connect() as connection:
                rows = await connection.execute(query)
                return tuple(NumberedEntry(number, AuditEntry(**_named(values))) for number, *values in rows)


def _named(values: list[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(_ENTRY, values, strict=True)}
