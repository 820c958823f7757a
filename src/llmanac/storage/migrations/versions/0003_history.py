"""Creates the tables of the history: feeds, epochs, changes, and the head with the number of epochs."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of the history."""
    op.create_table(
        "history_feeds",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("patch", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("source", "sha256", name="history_feeds_content"),
    )
    op.create_table(
        "history_epochs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("feeds", sa.Text, nullable=False),
    )
    op.create_table(
        "history_changes",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("offer", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("previous", sa.Text),
        sa.Column("differences", sa.Text, nullable=False),
    )
    op.create_index("history_changes_offer", "history_changes", ["offer"])
    op.create_index("history_changes_base", "history_changes", ["base"])
    op.create_index(
        "history_changes_previous",
        "history_changes",
        ["previous"],
        sqlite_where=sa.text("previous IS NOT NULL"),
        postgresql_where=sa.text("previous IS NOT NULL"),
    )
    history_head = op.create_table(
        "history_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epochs", sa.Integer, nullable=False),
        sa.Column("untold", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
    )
    op.bulk_insert(history_head, [{"id": 1, "epochs": 0, "untold": "{}", "secret": secrets.token_bytes(32)}])
