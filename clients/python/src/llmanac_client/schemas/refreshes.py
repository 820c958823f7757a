"""Refreshes."""

# Written by `make client-schemas`.

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

from llmanac_client.schemas.shared import (
    Outcome,
)


class HeldField(Struct, frozen=True, kw_only=True):
    """A field of an entry that would change."""

    field: str
    """Its keys in the source's own record, joined by dots."""
    served: Any
    """Its value as it is served; null where there is none."""
    held: Any
    """Its value in the feed that waits; null where there is none."""


class Pending(Struct, frozen=True, kw_only=True):
    """One change that is not served yet, since it is an anomaly."""

    rule: str
    """The rule that it breaks: `jumped`, `vanished`, `repriced`, `shrunk`, …."""
    entry: str | None
    """Its id in the feed; null for the feed as a whole."""
    detail: str
    times: int
    """In how many refreshes, one after another, it came up."""


Status: TypeAlias = str
"""The status of a refresh. Known are `running`, `ended`, `interrupted`."""


Trigger: TypeAlias = str
"""The reason for a refresh. Known are `schedule`, `request`, `command`, `accept`."""


class HeldEntry(Struct, frozen=True, kw_only=True):
    """An entry of which anomalies stand, and its fields that would change."""

    entry: str | None
    """Its id in the feed; null for the feed as a whole."""
    anomalies: tuple[Pending, ...]
    is_new: bool
    """Nothing is served under its id."""
    is_gone: bool
    """The feed that waits has it no more."""
    fields: tuple[HeldField, ...]


class SourceOutcome(Struct, frozen=True, kw_only=True):
    """The outcome of a refresh for one source, with counts and what is held."""

    name: str
    outcome: Outcome
    detail: str
    stalled: bool
    """It failed because it took too long."""
    added: int
    """Compared with what is served, in models; the same for the next three."""
    removed: int
    changed: int
    repriced: int
    rejects: int
    """Records and fields that could not be read."""
    unknown_keys: int
    """Distinct keys that the decoder does not know."""
    wire_bytes: int
    size: int
    """Bytes of the content, unpacked."""
    duration_s: float
    sha256: str | None
    """The SHA-256 of the content as the source sent it."""
    pending: tuple[Pending, ...]
    """At most a hundred of them."""
    pending_count: int
    """The number of all of them; not all are listed."""


class HeldFeed(Struct, frozen=True, kw_only=True):
    """A feed that waits, in whole or in part, beside the one that is served."""

    source: str
    served_date: str | None
    """The day of the feed that is served; null where none is."""
    sha256: str
    """The SHA-256 of the feed that waits, as the source sent it."""
    entries: tuple[HeldEntry, ...]
    """The entries of the anomalies that the record lists: of at most a hundred."""
    total: int
    """The number of all anomalies that stand."""


class Refresh(Struct, frozen=True, kw_only=True):
    """One refresh: when, why, and what came of it."""

    id: str
    trigger: Trigger
    status: Status
    outcome: Outcome | None
    """The most notable outcome of its sources; null while it runs."""
    started_at: datetime
    ended_at: datetime | None
    snapshot: str | None
    """The snapshot that it made, if it made one."""
    detail: str
    sources: tuple[SourceOutcome, ...]


class HeldList(Struct, frozen=True, kw_only=True):
    """The feeds of which a refresh holds something."""

    held: tuple[HeldFeed, ...]


class RefreshList(Struct, frozen=True, kw_only=True):
    """The last refreshes, the newest first."""

    refreshes: tuple[Refresh, ...]
