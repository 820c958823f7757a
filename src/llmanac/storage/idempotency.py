"""What was answered to idempotency keys, in a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.service.access.idempotency import Attempt
from llmanac.storage.db_errors import told_as_storage_error
from llmanac.storage.schema import idempotency_keys as keys
from llmanac.storage.transactions import writing


class SqlIdempotencyStore:
    """An IdempotencyStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def begin(self, attempt: Attempt, *, forget_before: datetime, retry_before: datetime) -> Attempt | None:
        """Remember this attempt, or give back the one that its owner made with its key before."""
        with told_as_storage_error():
            try:
                async with self._writer.begin() as connection:
                    over = and_(keys.c.sealed.is_(None), keys.c.began_at < retry_before)
                    await connection.execute(delete(keys).where(or_(keys.c.began_at < forget_before, over)))
                    await connection.execute(insert(keys).values(_row(attempt)))
            except IntegrityError:
                return await self._find(attempt)
        return None

    async def finish(self, attempt: Attempt, *, sealed: bytes | None) -> None:
        """Remember the answer, or forget the attempt where there is none worth it."""
        change = delete(keys) if sealed is None else update(keys).values(sealed=sealed)
        with told_as_storage_error():
            async with self._writer.begin() as connection:
                await connection.execute(change.where(_is(attempt)))

    async def _find(self, attempt: Attempt) -> Attempt | None:
        async with self._reader.connect() as connection:
            row = (await connection.execute(select(*keys.c).where(_is(attempt)))).one_or_none()
        return None if row is None else Attempt(**row._asdict())


def _is(attempt: Attempt) -> ColumnElement[bool]:
    return and_(keys.c.owner == attempt.owner, keys.c.key == attempt.key)


def _row(attempt: Attempt) -> dict[str, object]:
    return {column.name: getattr(attempt, column.name) for column in keys.c}
