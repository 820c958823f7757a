"""Idempotency keys and the responses that they got, in a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.service.access.idempotency import Attempt
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.schema import idempotency_keys as keys
from llmanac.storage.transactions import writing


class SqlIdempotencyStore:
    """An IdempotencyStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def begin(self, attempt: Attempt, *, forget_before: datetime, retry_before: datetime) -> Attempt | None:
        """Store this attempt; where its owner has used its key before, return that earlier attempt instead."""
        abandoned = and_(keys.c.sealed.is_(None), keys.c.began_at < retry_before)
        with wrap_db_errors():
            earlier = None
            # An earlier attempt may be deleted between the insertion that it stands in the way of and the look at it.
            while earlier is None:
                try:
                    async with self._writer.begin() as connection:
                        await connection.execute(delete(keys).where(or_(keys.c.began_at < forget_before, abandoned)))
                        await connection.execute(insert(keys).values(_row(attempt)))
                except IntegrityError:
                    earlier = await self._find(attempt)
                else:
                    return None
        return earlier

    async def finish(self, attempt: Attempt, *, sealed: bytes | None) -> None:
        """Store the sealed response, or delete the attempt where ``sealed`` is None, so that it can be retried.

        Nothing happens where a later attempt has taken its place.
        """
        change = delete(keys) if sealed is None else update(keys).values(sealed=sealed)
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                await connection.execute(change.where(_matches(attempt), keys.c.began_at == attempt.began_at))

    async def _find(self, attempt: Attempt) -> Attempt | None:
        async with self._reader.connect() as connection:
            row = (await connection.execute(select(*keys.c).where(_matches(attempt)))).one_or_none()
        return None if row is None else Attempt(**row._asdict())


def _matches(attempt: Attempt) -> ColumnElement[bool]:
    return and_(keys.c.owner == attempt.owner, keys.c.key == attempt.key)


def _row(attempt: Attempt) -> dict[str, object]:
    return {column.name: getattr(attempt, column.name) for column in keys.c}
