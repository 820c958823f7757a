"""Creates the tables of refreshes, accepted snapshots, and the lease that lets one refresh run at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "feed_documents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "accepted_snapshots",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("refresh_id", sa.String(32), nullable=False),
        sa.Column("feeds", sa.Text, nullable=False),
    )
    op.create_table(
        "source_states",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "refreshes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("refreshes_started_at", "refreshes", ["started_at"])
    refresh_turn = op.create_table(
        "refresh_turn",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("refresh_id", sa.String(32)),
        sa.Column("until", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(refresh_turn, [{"id": 1}])
