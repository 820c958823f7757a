"""The tables, and the revision of the schema that this version of the program speaks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

HEAD = "0004"
"""The newest migration in ``migrations/versions``; a test holds the two together."""


class UtcTimestamp(TypeDecorator[datetime]):
    """A moment to the microsecond: TIMESTAMPTZ in PostgreSQL, text in UTC in SQLite, aware UTC in Python."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same for both
        """A naive time is a mistake of the caller: nobody knows where its clock hangs."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without its zone was to be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same for both
        """SQLite gives back what was UTC without saying so."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("name", String(64), nullable=False),
    # The name while the token holds it: NULL once it is revoked, or once it has expired and another took the
    # name. Both databases let any number of NULLs stand in a unique column.
    Column("live_name", String(64), unique=True),
    Column("scopes", Text, nullable=False),  # with spaces between them, as in OAuth
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("expires_at", UtcTimestamp),
    Column("revoked_at", UtcTimestamp),
)

# One row, counted up first thing in every transaction that writes tokens. It tells readers that there is
# something to read, and its lock lets such transactions happen one after another in PostgreSQL too.
token_changes = Table(
    "token_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

# The gzip of a feed's content. Only those of the newest snapshots stay, and those that wait for a decision.
feed_contents = Table(
    "feed_documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

accepted_snapshots = Table(
    "accepted_snapshots",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("accepted_at", UtcTimestamp, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("refresh_id", String(32), nullable=False),
    Column("feeds", Text, nullable=False),  # JSON: where each is from, and its document
)

source_states = Table(
    "source_states",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("state", Text, nullable=False),  # JSON
)

refreshes = Table(
    "refreshes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("started_at", UtcTimestamp, nullable=False),
    Column("ended_at", UtcTimestamp),
    Column("record", Text, nullable=False),  # JSON, all of it
    Index("refreshes_started_at", "started_at"),
)

# One row: the refresh that runs, if one does, and until when others believe so without further notice.
refresh_turn = Table(
    "refresh_turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("refresh_id", String(32)),
    Column("until", UtcTimestamp),
)

# A feed's content, as a patch on an earlier version of the same source (see ``storage.history``).
history_feeds = Table(
    "history_feeds",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("patch", LargeBinary, nullable=False),
    UniqueConstraint("source", "sha256", name="history_feeds_content"),
)

history_epochs = Table(
    "history_epochs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began_at", UtcTimestamp, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("offers", Integer, nullable=False),
    Column("feeds", Text, nullable=False),  # JSON
)

history_changes = Table(
    "history_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("offer", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("name", Text),
    Column("previous", Text),
    Column("differences", Text, nullable=False),  # JSON
    Index("history_changes_offer", "offer"),
    Index("history_changes_base", "base"),
    Index(
        "history_changes_previous",
        "previous",
        sqlite_where=text("previous IS NOT NULL"),
        postgresql_where=text("previous IS NOT NULL"),
    ),
)

# One row: how many epochs there are, raised first thing in a transaction that adds one.
history_head = Table(
    "history_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epochs", Integer, nullable=False),
    Column("untold", Text, nullable=False),  # JSON
    Column("secret", LargeBinary(32), nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    # Not BigInteger in SQLite: only INTEGER counts up by itself there.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", UtcTimestamp, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("request_id", String(64)),
    sqlite_autoincrement=True,  # a number is never given twice
)

# What was answered to a POST that carried an Idempotency-Key. The answer is sealed with the caller's own
# credential, since it may hold a new token, and only hashes of tokens are ever kept.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("key", LargeBinary(32), primary_key=True),  # SHA-256
    Column("request", LargeBinary(32), nullable=False),  # SHA-256 of method, path and body
    Column("began_at", UtcTimestamp, nullable=False),
    Column("sealed", LargeBinary),
    Index("idempotency_keys_began_at", "began_at"),
)
