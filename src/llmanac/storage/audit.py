"""The audit log in a SQL database: entries are added, and never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.service.access.audit import AuditEntry, NumberedEntry
from llmanac.storage.db_errors import told_as_storage_error
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
    """Add an entry within the transaction of the write that it tells of, so that there is neither without the other."""
    if entry is not None:
        await connection.execute(
            insert(audit_log).values({column.name: getattr(entry, column.name) for column in _ENTRY})
        )


class SqlAuditStore:
    """Reads the log."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def newest(self, limit: int, *, below: int | None = None) -> tuple[NumberedEntry, ...]:
        """The newest entries with numbers below this one, newest first."""
        query = select(audit_log.c.number, *_ENTRY).order_by(audit_log.c.number.desc()).limit(limit)
        if below is not None:
            query = query.where(audit_log.c.number < below)
        with told_as_storage_error():
            async with self._engine.connect() as connection:
                rows = await connection.execute(query)
                return tuple(NumberedEntry(number, AuditEntry(**_named(values))) for number, *values in rows)


def _named(values: list[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(_ENTRY, values, strict=True)}
