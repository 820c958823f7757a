"""Marks the transactions that write, for any database."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

WRITES = "llmanac_writes"
"""The execution option of a connection whose transactions write: SQLite takes its write lock as they begin."""


def writing(engine: AsyncEngine) -> AsyncEngine:
    """A copy of the engine whose transactions write."""
    return engine.execution_options(**{WRITES: True})
