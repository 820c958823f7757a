"""Transactions that write, told apart from those that only read, whatever the database."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

WRITES = "llmanac_writes"
"""The execution option of a connection whose transactions write: SQLite takes its write lock as they begin."""


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that write."""
    return engine.execution_options(**{WRITES: True})
