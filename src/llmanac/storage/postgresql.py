"""PostgreSQL: for several replicas that share one database."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from llmanac.errors import ConfigurationError

PATIENCE_S = 2.0
"""A server that hangs longer than this is taken to be down: for connecting, for a statement, for a free connection."""


def create_postgresql_engine(url: str, *, statement_timeout_s: float | None = PATIENCE_S) -> AsyncEngine:
    """An engine on this ``postgresql://`` address; raises ConfigurationError where it cannot work."""
    try:
        return create_async_engine(
            parse_url(url),
            hide_parameters=True,
            # Taking turns on the row that counts changes relies on seeing what the one before has committed.
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,  # a connection may be dead since the server was last restarted
            pool_timeout=PATIENCE_S,
            connect_args={"timeout": PATIENCE_S, "command_timeout": statement_timeout_s},
        )
    except ImportError:
        raise ConfigurationError("PostgreSQL needs a driver: pip install 'llmanac[postgres]'.") from None


def parse_url(text: str) -> URL:
    """The address with the driver that llmanac uses; its errors never show it, since it may hold a password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise ConfigurationError("The address of the database must read postgresql://user:password@host:port/name.")
    return url.set(drivername="postgresql+asyncpg")
