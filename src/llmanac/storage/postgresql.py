"""The PostgreSQL engine, for several replicas that share one database."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from llmanac.errors import ConfigurationError

PATIENCE_S = 2.0
"""Timeout in seconds for connecting, for a statement, and for a free connection from the pool."""


def create_postgresql_engine(url: str, *, statement_timeout_s: float | None = PATIENCE_S) -> AsyncEngine:
    """An engine for this ``postgresql://`` URL. Raises ConfigurationError for a bad URL or a missing driver."""
    try:
        return create_async_engine(
            parse_url(url),
            hide_parameters=True,
            # A transaction that waits for a row lock must then see what the previous holder has committed.
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,  # connections are dead after the server restarts
            pool_timeout=PATIENCE_S,
            connect_args={"timeout": PATIENCE_S, "command_timeout": statement_timeout_s},
        )
    except ImportError:
        raise ConfigurationError("PostgreSQL needs a driver: pip install 'llmanac[postgres]'.") from None


def parse_url(text: str) -> URL:
    """The URL with the driver that llmanac uses. Errors never show the URL, which may hold a password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise ConfigurationError("The address of the database must read postgresql://user:password@host:port/name.")
    return url.set(drivername="postgresql+asyncpg")
