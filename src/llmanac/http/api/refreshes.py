"""``/api/v1/refreshes``: starts refreshes, shows their records, and accepts what one of them held."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.errors import Forbidden, UpstreamFailed, UpstreamStalled
from llmanac.http.api.dependencies import authenticate, require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.responses import edition_at
from llmanac.service.refresh.held import HeldFeed
from llmanac.service.refresh.records import REFRESH_ID, Outcome, RefreshRecord, SourceOutcome, Status, Trigger
from llmanac.service.refresh.runner import RefreshRunner

MAX_LISTED = 200

router = APIRouter(prefix=paths.REFRESHES, responses=RESPONSES, tags=["refreshes"])


class Refresh(BaseModel):
    """One refresh: when, why, and what came of it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    trigger: Trigger
    status: Status
    outcome: Outcome | None = Field(description="The most notable outcome of its sources; null while it runs")
    started_at: datetime
    ended_at: datetime | None
    snapshot: str | None = Field(description="The snapshot that it made, if it made one")
    detail: str
    sources: list[SourceOutcome]


class RefreshList(BaseModel):
    """The last refreshes, the newest first."""

    refreshes: list[Refresh]


class HeldList(BaseModel):
    """The feeds of which a refresh holds something."""

    held: list[HeldFeed]


RefreshId = Annotated[str, Path(pattern=f"^{REFRESH_ID.pattern}$", description="The id of a refresh")]
Wait = Annotated[bool, Query(description="Answer when it has ended, and not at once")]


@router.post(
    "",
    summary="Ask the sources for something newer",
    description="One refresh runs at a time: while one does, its record is returned. With `wait`, the "
    "response comes when it has ended: 200 with its record, or 502 and 504 where a source failed or stalled. Where the "
    "process that ran it is gone, the response is 202 with the status `running`.",
    status_code=202,
    responses={200: {"model": Refresh, "description": "It has ended"}},
    dependencies=[Depends(require(Scope.REFRESH_WRITE))],
)
async def start(request: Request, response: Response, *, wait: Wait = False) -> Refresh:
    return await _respond(await _refresh_runner(request).start(Trigger.REQUEST), request, response, wait=wait)


async def sees_all(request: Request) -> None:
    """A dependency: refuses those under a policy, unless they may refresh: a record names what feeds have.

    Raises Forbidden.
    """
    if (await edition_at(request)).is_whole:
        return
    principal = await authenticate(request)
    if not principal.may(Scope.REFRESH_WRITE):
        raise Forbidden("You are under a policy, and a refresh names models that it hides: that needs refresh:write.")


@router.get(
    "",
    summary="List the last refreshes",
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(sees_all)],
)
async def list_(
    request: Request, response: Response, limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 20
) -> RefreshList:
    response.headers["cache-control"] = "no-store"
    records = await _refresh_runner(request).records(limit=limit)
    return RefreshList(refreshes=[Refresh.model_validate(record) for record in records])


@router.get(
    "/{refresh_id}",
    summary="Show a refresh",
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(sees_all)],
)
async def show(request: Request, response: Response, refresh_id: RefreshId) -> Refresh:
    response.headers["cache-control"] = "no-store"
    return Refresh.model_validate(await _refresh_runner(request).record(refresh_id))


@router.get(
    "/{refresh_id}/held",
    summary="Compare what a refresh holds with what is served",
    description="Field by field, as the sources write them. 409 where that is settled, or where a source has given "
    "something else since.",
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(sees_all)],
)
async def held(request: Request, response: Response, refresh_id: RefreshId) -> HeldList:
    response.headers["cache-control"] = "no-store"
    return HeldList(held=list(await _refresh_runner(request).held(refresh_id)))


@router.post(
    "/{refresh_id}/accept",
    summary="Accept what a refresh held",
    description="Its sources' newest contents are served as they are. 409 where that is settled, or where a source "
    "has given something else since.",
    status_code=202,
    responses={200: {"model": Refresh, "description": "It has ended"}},
    dependencies=[Depends(require(Scope.REFRESH_WRITE))],
)
async def accept(request: Request, response: Response, refresh_id: RefreshId, *, wait: Wait = False) -> Refresh:
    return await _respond(await _refresh_runner(request).accept(refresh_id), request, response, wait=wait)


async def _respond(record: RefreshRecord, request: Request, response: Response, *, wait: bool) -> Refresh:
    response.headers["cache-control"] = "no-store"
    response.headers["location"] = f"{paths.REFRESHES}/{record.id}"
    if wait:
        record = await _refresh_runner(request).wait(record)
        _raise_for_sources(record)
        if record.status is not Status.RUNNING:
            response.status_code = 200
    return Refresh.model_validate(record)


def _raise_for_sources(record: RefreshRecord) -> None:
    """Raise UpstreamFailed where a source failed, UpstreamStalled where all failures were time-outs."""
    failures = [source for source in record.sources if source.outcome is Outcome.FAILED]
    if failures or record.detail:
        reasons = "; ".join(f"{it.name}: {it.detail}" for it in failures) or record.detail
        kind = UpstreamStalled if failures and all(it.stalled for it in failures) else UpstreamFailed
        raise kind(f"{reasons} What was served before is served on; the record is {paths.REFRESHES}/{record.id}.")


def _refresh_runner(request: Request) -> RefreshRunner:
    refresh_runner: RefreshRunner = request.app.state.refresh_runner
    return refresh_runner
