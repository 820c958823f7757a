"""Baselines of overlay rules in a SQL database, the same code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.schema import overlay_baselines, resource_changes
from llmanac.storage.transactions import writing


class SqlBaselineStore:
    """A BaselineStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def all(self) -> Mapping[str, bytes]:
        """All baselines, by the key of a rule."""
        table = overlay_baselines
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(select(table.c.rule, table.c.upstream))
                return {row.rule: row.upstream for row in rows}

    async def add(self, baselines: Mapping[str, bytes], *, at: datetime) -> None:
        """Keep these; of a rule that has one already, the first stays."""
        table = overlay_baselines
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                # Its row is locked by every write of overlays: two processes that add the same take turns.
                await connection.execute(select(resource_changes.c.count).with_for_update())
                known = {rule for (rule,) in await connection.execute(select(table.c.rule))}
                rows = [
                    {"rule": rule, "upstream": upstream, "at": at}
                    for rule, upstream in sorted(baselines.items())
                    if rule not in known
                ]
                if rows:
                    await connection.execute(insert(table), rows)
