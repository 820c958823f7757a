"""The state of the server, and its audit log."""

# Written by `make client-schemas`.

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from llmanac_client.schemas.shared import (
    Outcome,
)


class AuditRecord(Struct, frozen=True, kw_only=True):
    """One write."""

    number: int
    at: datetime
    author: str
    """The id of the token, or the name of who came otherwise."""
    author_name: str
    action: str
    """A noun and a verb, such as `token.create`"""
    subject: str
    """The id of what was written."""
    detail: str
    request_id: str | None
    """The X-Request-ID of the request."""


class Health(Struct, frozen=True, kw_only=True):
    """The process is alive."""

    status: str = "ok"
    version: str = "0.2.0"


class AuditPage(Struct, frozen=True, kw_only=True):
    """Entries, newest first."""

    entries: tuple[AuditRecord, ...]


class SourceReadiness(Struct, frozen=True, kw_only=True):
    """One feed that the catalog is made of."""

    name: str
    origin: str
    date: str
    """The day that its facts are of."""
    checked_at: datetime | None = None
    """When it last said so; null where it was not asked yet."""
    outcome: Outcome | None = None
    """Of the last refresh."""
    stale: bool = False
    """It has not been heard of for longer than the operator finds right."""
    records: int
    rejects: int
    """Records and fields that were left out; `llmanac snapshot show` lists them."""


class Readiness(Struct, frozen=True, kw_only=True):
    """The server is ready; the snapshot and the sources that it serves."""

    status: str = "ready"
    version: str = "0.2.0"
    snapshot: str
    """Names the content of the catalog; equal on every replica that serves the same."""
    models: int
    """Entries in the catalog."""
    served_since: datetime | None = None
    """When the snapshot was accepted, or packaged."""
    stale: bool = False
    """Some source is stale; what is known is served all the same."""
    sources: tuple[SourceReadiness, ...]
