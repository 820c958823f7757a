"""The environment that alembic runs migrations in; ``llmanac.storage.migration`` passes the open connection."""

from __future__ import annotations

from alembic import context

from llmanac.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
