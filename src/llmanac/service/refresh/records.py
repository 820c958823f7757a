"""The records of refreshes: what came of each, the snapshots that were accepted, and the state of each source."""

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

REFRESH_ID = re.compile(r"[0-9A-Za-z-]{1,32}")


class Trigger(StrEnum):
    """The reason that a refresh was begun for."""

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
    """Anomalies stand in all that is new: it waits until they are confirmed, or a person accepts it."""
    REFUSED = "refused"
    """It is held for an anomaly that no repetition confirms: only a person can accept it."""
    FAILED = "failed"


class Status(StrEnum):
    """How far a refresh has come."""

    RUNNING = "running"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    """The process that ran it is gone. It changed nothing, or all that it was to change."""


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
    """It failed for want of time."""
    added: int = 0
    """Compared with what is served, in models; the same for the next three."""
    removed: int = 0
    changed: int = 0
    repriced: int = 0
    rejects: int = 0
    """Records and fields that could not be read."""
    unknown_keys: int = 0
    """Different keys that the decoder does not know."""
    wire_bytes: int = 0
    size: int = 0
    """Bytes of the content, unpacked."""
    duration_s: float = 0.0
    sha256: str | None = None
    """Of the content as the source gave it."""
    pending: tuple[Pending, ...] = ()
    """At most a hundred of them."""
    pending_count: int = 0
    """How many there are; not all are listed."""


MOST_PENDING = 100
"""Listed in a record; the rest is a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRecord:
    """One refresh: when, why, and what came of it."""

    id: str
    trigger: Trigger
    started_at: datetime
    ended_at: datetime | None = None
    status: Status = Status.RUNNING
    snapshot: str | None = None
    """The edition that it made, if it made one."""
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


def described(record: RefreshRecord) -> dict[str, Any]:
    """A record in the shape in which the API answers it."""
    return {**asdict(record), "outcome": record.outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFeed:
    """One feed of a snapshot; its content is kept under its SHA-256."""

    ref: FeedRef
    """Of the content as it is served."""
    upstream_sha256: str
    """Of the content as the source gave it: differs where entries are held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Feeds that were accepted together."""

    number: int
    """Counts up from 1."""
    accepted_at: datetime
    digest: str
    """Of the catalog that was made of them."""
    refresh: str
    """The id of the refresh that brought it."""
    feeds: tuple[AcceptedFeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a source between two refreshes."""

    name: str
    origin: str
    """The address or path that all this is about."""
    etag: str | None = None
    last_modified: str | None = None
    asked_in_full_at: datetime | None = None
    """When it last gave a content and not only word that there is nothing new."""
    seen_sha256: str | None = None
    """Of the newest content that it gave; kept for as long as all or some of it is held."""
    anomalies: Mapping[str, int] = field(default_factory=dict)
    """How often each anomaly came up, by its key; those of the newest content alone."""
    checked_at: datetime | None = None
    """When it was last reached, and had something usable."""
    outcome: Outcome | None = None
    detail: str = ""
    failures: int = 0
    """In a row."""
    not_before: datetime | None = None
    """It asked to be left alone until then."""
