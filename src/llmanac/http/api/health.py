"""``/healthz`` and ``/readyz``: health checks. They need no token and reveal no secrets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from llmanac import paths
from llmanac.domain.records import Source
from llmanac.http.api.contract import APIErrorPayload
from llmanac.ingest.packaged.snapshot import ORIGIN
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness, SourceFreshness
from llmanac.service.refresh.records import Outcome
from llmanac.version import __version__

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process is alive."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class SourceReadiness(BaseModel):
    """One feed that the catalog is made of."""

    name: str
    origin: Literal["embedded", "file", "upstream"]
    date: str = Field(description="The day that its facts are of")
    checked_at: datetime | None = Field(None, description="When it last said so; null where it was not asked yet")
    outcome: Outcome | None = Field(None, description="Of the last refresh")
    stale: bool = Field(False, description="It has not been heard of for longer than the operator finds right")
    records: int
    rejects: int = Field(description="Records and fields that were left out; `llmanac snapshot show` lists them")


class Readiness(BaseModel):
    """The server is ready; the snapshot and the sources that it serves."""

    status: Literal["ready"] = "ready"
    version: str = __version__
    snapshot: str = Field(description="Names the content of the catalog; equal on every replica that serves the same")
    models: int = Field(description="Entries in the catalog")
    served_since: datetime | None = Field(None, description="When the snapshot was accepted, or packaged")
    stale: bool = Field(False, description="Some source is stale; what is known is served all the same")
    sources: list[SourceReadiness]


@router.get(paths.HEALTH, summary="Is the process alive?")
async def health() -> Health:
    return Health()


@router.get(
    paths.READINESS,
    summary="Is the catalog being served, and which one?",
    responses={503: {"model": APIErrorPayload, "description": "The server is about to stop"}},
)
async def readiness(request: Request) -> Readiness:
    if request.app.state.is_draining():
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "The server is about to stop. Ask another one.")
    reader: Reader = request.app.state.reader
    look: Callable[[], Freshness] | None = request.app.state.freshness
    edition, freshness = reader.edition, look() if look else None
    known = {source.name: source for source in freshness.sources} if freshness else {}
    return Readiness(
        snapshot=edition.id,
        models=edition.size,
        served_since=freshness.modified_at if freshness else None,
        stale=freshness.is_stale if freshness else False,
        sources=[_source_readiness(source, known.get(source.ref.name)) for source in edition.sources],
    )


def _source_readiness(source: Source, freshness: SourceFreshness | None) -> SourceReadiness:
    return SourceReadiness(
        name=source.ref.name,
        origin=_origin(source.ref.origin),
        date=source.ref.date,
        checked_at=freshness.checked_at if freshness else None,
        outcome=freshness.outcome if freshness else None,
        stale=freshness.is_stale if freshness else False,
        records=source.records,
        rejects=source.rejects,
    )


def _origin(origin: str) -> Literal["embedded", "file", "upstream"]:
    """The kind of origin: a path or a host name is not for clients without a token."""
    if origin == ORIGIN:
        return "embedded"
    return "upstream" if origin.startswith(("https://", "http://")) else "file"
