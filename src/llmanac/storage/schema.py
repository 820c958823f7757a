"""The tables of the database, and the schema revision of this version of the program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    false,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

HEAD = "0006"
"""The newest migration in ``migrations/versions``; a test compares the two."""


class UtcTimestamp(TypeDecorator[datetime]):
    """A time to the microsecond: TIMESTAMPTZ in PostgreSQL, text in UTC in SQLite, aware UTC in Python."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same for both
        """Convert to UTC. Raises ValueError for a naive time, whose zone is unknown."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same for both
        """Convert to aware UTC; SQLite returns naive times in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("name", String(64), nullable=False),
    # The name while the token has a right to it: NULL once it is revoked, or once it has expired and another token
    # took the name. Both databases allow any number of NULLs in a unique column.
    Column("live_name", String(64), unique=True),
    Column("scopes", Text, nullable=False),  # separated by spaces, as in OAuth
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("expires_at", UtcTimestamp),
    Column("revoked_at", UtcTimestamp),
    Column("policies", Text, nullable=False, server_default=""),  # names, separated by spaces
    Column("in_path", Boolean, nullable=False, server_default=false()),
)

# One row, incremented first in every transaction that writes tokens. Readers see by it that tokens have changed,
# and its row lock serializes such transactions in PostgreSQL too.
token_changes = Table(
    "token_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

# The contents of feeds, as gzip: those of the newest snapshots, and those that wait for a decision.
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
    Column("feeds", Text, nullable=False),  # JSON: the feed ref and the upstream SHA-256 of each
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
    Column("record", Text, nullable=False),  # JSON of the whole RefreshRecord
    Index("refreshes_started_at", "started_at"),
)

# One row, a lease: the refresh that runs, if one does, and when its right to run ends unless it is extended.
refresh_turn = Table(
    "refresh_turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("refresh_id", String(32)),
    Column("until", UtcTimestamp),
)

# The contents of feeds, each as a patch on an earlier version from the same source (see ``storage.history``).
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
    # Where there is one. The migration says so: said here, it would import PostgreSQL's dialect at every start.
    Index("history_changes_previous", "previous"),
)

# One row: the number of epochs, incremented first in every transaction that adds one.
history_head = Table(
    "history_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epochs", Integer, nullable=False),
    Column("untold", Text, nullable=False),  # JSON: the rates that were last reported, by offer id
    Column("secret", LargeBinary(32), nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    # Not BigInteger in SQLite: only INTEGER PRIMARY KEY autoincrements there.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", UtcTimestamp, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("request_id", String(64)),
    sqlite_autoincrement=True,  # numbers are never reused
)

# The responses to POST requests with an Idempotency-Key. Each is encrypted with a key derived from the caller's
# credential, since it may hold a new token, and tokens are stored only as hashes.
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

# Documents that people declare: overlays and policies. Every version is kept apart.
resources = Table(
    "resources",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("created_at", UtcTimestamp, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("updated_at", UtcTimestamp, nullable=False),
    Column("updated_by", Text, nullable=False),
)

resource_versions = Table(
    "resource_versions",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("content", Text),  # JSON; NULL where the change deleted it
    Column("at", UtcTimestamp, nullable=False),
    Column("author", Text, nullable=False),
)

# One row, incremented first in every transaction that writes resources or approvals, as ``token_changes`` is.
resource_changes = Table(
    "resource_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

# When each offer was first listed here; an offer that is missing has just arrived.
arrivals = Table(
    "arrivals",
    metadata,
    Column("offer", Text, primary_key=True),
    Column("first_seen", UtcTimestamp, nullable=False),
)

# New arrivals that a person has let in under a policy.
approvals = Table(
    "approvals",
    metadata,
    Column("policy", String(64), primary_key=True),
    Column("offer", Text, primary_key=True),
    Column("at", UtcTimestamp, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text),
)

# What the sources stated of the offers of a rule when it was first in force, by the SHA-256 of the rule.
overlay_baselines = Table(
    "overlay_baselines",
    metadata,
    Column("rule", String(64), primary_key=True),
    Column("upstream", LargeBinary, nullable=False),  # JSON, compressed: the facts of each offer
    Column("at", UtcTimestamp, nullable=False),
)
