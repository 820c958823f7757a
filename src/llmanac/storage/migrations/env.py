"""Alembic runs this file; the connection, within its transaction, comes from ``llmanac.storage.migration``."""

from __future__ import annotations

from alembic import context

from llmanac.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
