"""Tokens in a SQL database, the same code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from llmanac.auth.token import TokenId
from llmanac.auth.token_record import TokenRecord, TokenStatus
from llmanac.service.access.audit import AuditEntry
from llmanac.storage import audit
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.schema import token_changes, tokens
from llmanac.storage.transactions import writing

_RECORD = (
    tokens.c.id,
    tokens.c.name,
    tokens.c.scopes,
    tokens.c.digest,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.revoked_at,
    tokens.c.policies,
    tokens.c.in_path,
)


class SqlTokenStore:
    """A TokenStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def changes(self) -> int:
        """A number that grows with every change to any token."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                count: int = (await connection.execute(select(token_changes.c.count))).scalar_one()
                return count

    async def all(self) -> tuple[TokenRecord, ...]:
        """Every token ever made, oldest first."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(select(*_RECORD).order_by(tokens.c.created_at, tokens.c.id))
                return tuple(map(_record, rows))

    async def find(self, digest: bytes) -> TokenRecord | None:
        """The token with this SHA-256; None where there is none."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                return await _one(connection, select(*_RECORD).where(tokens.c.digest == digest))

    async def add(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Store a new token; False where a live token had its name when this one was created."""
        async with self._change() as connection:
            await connection.execute(
                update(tokens)
                .where(tokens.c.live_name == record.name, tokens.c.expires_at <= record.created_at)
                .values(live_name=None)
            )
            if await _count(connection, tokens.c.live_name == record.name):
                return False
            await connection.execute(insert(tokens).values(_row(record)))
            await audit.record(connection, entry)
            return True

    async def add_first(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Store the first token of the installation; False where there is one, even if just added concurrently."""
        async with self._change() as connection:
            if await _count(connection, true()):
                return False
            await connection.execute(insert(tokens).values(_row(record)))
            await audit.record(connection, entry)
            return True

    async def replace(
        self, token_id: TokenId, successor: TokenRecord, *, until: datetime, entry: AuditEntry | None = None
    ) -> bool:
        """Store the successor of a live token, which passes on its name and expires at ``until`` at the latest.

        Returns False where there is no live token with this id.
        """
        async with self._change() as connection:
            old = await _one(
                connection, select(*_RECORD).where(tokens.c.id == token_id, tokens.c.live_name.isnot(None))
            )
            if old is None or old.status(successor.created_at) is not TokenStatus.LIVE:
                return False
            end = until if old.expires_at is None else min(until, old.expires_at)
            await connection.execute(
                update(tokens).where(tokens.c.id == token_id).values(expires_at=end, live_name=None)
            )
            await connection.execute(insert(tokens).values(_row(successor)))
            await audit.record(connection, entry)
            return True

    async def revoke(self, token_id: TokenId, *, at: datetime, entry: AuditEntry | None = None) -> TokenRecord | None:
        """Revoke a token, unless it is revoked already, and return it; None where there is no such token."""
        async with self._change() as connection:
            revoked = await connection.execute(
                update(tokens)
                .where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
                .values(revoked_at=at, live_name=None)
            )
            if revoked.rowcount:
                await audit.record(connection, entry)
            return await _one(connection, select(*_RECORD).where(tokens.c.id == token_id))

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes tokens; transactions of all processes run one at a time."""
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                await connection.execute(update(token_changes).values(count=token_changes.c.count + 1))
                yield connection


async def _count(connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
    count: int = (await connection.execute(select(func.count()).select_from(tokens).where(condition))).scalar_one()
    return count


async def _one(connection: AsyncConnection, query: Select[*tuple[object, ...]]) -> TokenRecord | None:
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[*tuple[object, ...]]) -> TokenRecord:
    values = row._asdict()
    read = {"scopes": frozenset(values["scopes"].split()), "policies": tuple(values["policies"].split())}
    return TokenRecord(**{**values, **read})


def _row(record: TokenRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.name,
        "live_name": record.name,
        "scopes": " ".join(sorted(record.scopes)),
        "digest": record.digest,
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "policies": " ".join(record.policies),
        "in_path": record.in_path,
    }
