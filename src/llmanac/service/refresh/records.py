"""Records of refreshes: their outcomes, the accepted snapshots, and the state of each source."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from llmanac.domain.documented import WHOLE_ANSWER
from llmanac.domain.feed import FeedRef
from llmanac.ingest.guard.drift import PriceOrigin

REFRESH_ID = re.compile(r"[0-9A-Za-z-]{1,32}")


class Trigger(StrEnum):
    """The reason for a refresh."""

    SCHEDULE = "schedule"
    REQUEST = "request"
    COMMAND = "command"
    ACCEPT = "accept"
    """A person accepted what was held."""


class Outcome(StrEnum):
    """The result of a refresh for one source."""

    UPDATED = "updated"
    NOT_MODIFIED = "not_modified"
    HELD = "held"
    """Anomalies stand in everything new: it waits until they are confirmed, or a person accepts it."""
    REFUSED = "refused"
    """It is held for an anomaly that no repetition confirms: only a person can accept it."""
    FAILED = "failed"


class Status(StrEnum):
    """The status of a refresh."""

    RUNNING = "running"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    """The process that ran it is gone. Its changes were made completely, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One change that is not served yet, since it is an anomaly."""

    __pydantic_config__ = WHOLE_ANSWER

    rule: str
    """The rule that it breaks: ``jumped``, ``vanished``, ``repriced``, ``shrunk``, …"""
    entry: str | None
    """Its id in the feed; null for the feed as a whole."""
    detail: str
    times: int
    """In how many refreshes, one after another, it came up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """The outcome of a refresh for one source, with counts and what is held."""

    __pydantic_config__ = WHOLE_ANSWER

    name: str
    outcome: Outcome
    detail: str = ""
    stalled: bool = False
    """It failed because it took too long."""
    added: int = 0
    """Compared with what is served, in models; the same for the next three."""
    removed: int = 0
    changed: int = 0
    repriced: int = 0
    rejects: int = 0
    """Records and fields that could not be read."""
    unknown_keys: int = 0
    """Distinct keys that the decoder does not know."""
    wire_bytes: int = 0
    size: int = 0
    """Bytes of the content, unpacked."""
    duration_s: float = 0.0
    sha256: str | None = None
    """The SHA-256 of the content as the source sent it."""
    pending: tuple[Pending, ...] = ()
    """At most a hundred of them."""
    pending_count: int = 0
    """The number of all of them; not all are listed."""


MOST_PENDING = 100
"""Anomalies that a record lists; of all, it has the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRecord:
    """One refresh: its time, its reason, and its outcomes."""

    id: str
    trigger: Trigger
    started_at: datetime
    ended_at: datetime | None = None
    status: Status = Status.RUNNING
    snapshot: str | None = None
    """The id of the edition that it built; None where it built none."""
    sources: tuple[SourceOutcome, ...] = ()
    detail: str = ""

    @property
    def outcome(self) -> Outcome | None:
        """The most notable outcome of its sources; None before it has ended."""
        found = {source.outcome for source in self.sources}
        order = (Outcome.FAILED, Outcome.REFUSED, Outcome.HELD, Outcome.UPDATED, Outcome.NOT_MODIFIED)
        return next((outcome for outcome in order if outcome in found), None)


def new_refresh_id(now: datetime) -> str:
    """An id for a refresh that begins now, such as ``20261123T120000Z-1a2b3c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def serialize_record(record: RefreshRecord) -> dict[str, Any]:
    """A record in the shape of the API."""
    return {**asdict(record), "outcome": record.outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFeed:
    """One feed of a snapshot; its content is kept under its SHA-256."""

    ref: FeedRef
    """The ref of the content as it is served."""
    upstream_sha256: str
    """The SHA-256 of the content as the source sent it: differs where entries are quarantined."""

    @classmethod
    def unchanged(cls, ref: FeedRef) -> AcceptedFeed:
        """A feed that is served as it came."""
        return cls(ref=ref, upstream_sha256=ref.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Feeds that were accepted together."""

    number: int
    """Consecutive, from 1."""
    accepted_at: datetime
    digest: str
    """The digest of the catalog that was built from them."""
    refresh: str
    """The id of the refresh that accepted it."""
    feeds: tuple[AcceptedFeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a source between two refreshes."""

    name: str
    origin: str
    """The URL or path that the rest of the state is about."""
    etag: str | None = None
    last_modified: str | None = None
    asked_in_full_at: datetime | None = None
    """When it last sent a content, rather than confirming the one before."""
    seen_sha256: str | None = None
    """The SHA-256 of the newest content that it sent; the content is kept while any of it is held."""
    anomalies: Mapping[str, int] = field(default_factory=dict)
    """The number of times that each anomaly of the newest content came up, by its key."""
    origins: Mapping[str, PriceOrigin] = field(default_factory=dict)
    """The origins of its prices that have moved of late; see ``ingest.guard.drift``."""
    checked_at: datetime | None = None
    """When it was last reached, with a usable response."""
    outcome: Outcome | None = None
    detail: str = ""
    failures: int = 0
    """The number of failures in a row."""
    not_before: datetime | None = None
    """The end of a pause that it asked for (``Retry-After``)."""
