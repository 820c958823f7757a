"""Says of tokens whether they are keys in paths."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; no token that there is was made for paths."""
    op.add_column("tokens", sa.Column("in_path", sa.Boolean, nullable=False, server_default=sa.false()))
