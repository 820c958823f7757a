"""``/api/v1/overlays``: what the organisation states itself, and what that changes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.http.api.dependencies import author, require
from llmanac.http.api.error_handlers import OVERSIZED, RESPONSES
from llmanac.http.api.idempotency import IdempotentRoute, idempotency_key
from llmanac.http.api.preconditions import expected_version, tag_of
from llmanac.rules.declared import NAME
from llmanac.rules.documents import as_written
from llmanac.rules.overlay import Overlay
from llmanac.service.json_encoder import encode
from llmanac.service.rules.overlays.overlays import OverlayRecord, Overlays
from llmanac.service.rules.overlays.plan import MOST_SHOWN, OverlayPlan, RuleState

MOST_OVERLAYS = 100
"""Maximum number of overlays in one request."""
MOST_OFFERS = 1000
"""Maximum number of offers that a preview shows."""

router = APIRouter(
    prefix=paths.OVERLAYS,
    route_class=IdempotentRoute,
    dependencies=[Depends(require(Scope.OVERLAYS_WRITE))],
    responses={**RESPONSES, **OVERSIZED},
    tags=["overlays"],
)


class OverlayState(BaseModel):
    """An overlay, who wrote it, and what becomes of its rules."""

    overlay: dict[str, Any] = Field(description="The document, as it was written")
    version: int | None = Field(description="Its version, which is its ETag; null where a file declares it")
    file: str | None = Field(description="The file that declares it, and where alone it can be changed; else null")
    author: str = Field(description="The name of the token or person who wrote it last, or the file")
    written_at: datetime
    rules: list[RuleState] = Field(description="What becomes of each rule, in their order")


class OverlayList(BaseModel):
    """Every overlay, from the lowest to the highest."""

    overlays: list[OverlayState]
    total: int
    trouble: str | None = Field(
        description="Why followed files cannot be read as they are now, so that an earlier reading holds; else null"
    )
    unreadable: dict[str, str] = Field(description="Why an overlay of the database cannot be read, by its name")


class OverlayVersion(BaseModel):
    """A version of an overlay."""

    version: int
    overlay: dict[str, Any] | None = Field(description="The document; null where this change deleted it")
    at: datetime
    author: str


class OverlayVersions(BaseModel):
    """The versions of an overlay, the newest first."""

    versions: list[OverlayVersion]


class OverlaysRequest(BaseModel):
    """Overlays to be written together."""

    model_config = ConfigDict(extra="forbid")

    overlays: list[Overlay] = Field(max_length=MOST_OVERLAYS, description="In place of those of their names")
    prune: bool = Field(False, description="Whether all others are deleted; those that files declare stay")
    expected: dict[Annotated[str, Field(pattern=NAME)], Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="The versions that overlays must have, by name; 0 for one that must not exist"
    )


class PreviewRequest(BaseModel):
    """Overlays as they would be."""

    model_config = ConfigDict(extra="forbid")

    overlays: list[Overlay] = Field([], max_length=MOST_OVERLAYS, description="In place of those of their names")
    without: list[Annotated[str, Field(pattern=NAME)]] = Field(
        [], max_length=MOST_OVERLAYS, description="Names of overlays that would be deleted"
    )
    prune: bool = Field(False, description="Whether all others would be deleted; those that files declare stay")
    limit: int = Field(MOST_SHOWN, ge=0, le=MOST_OFFERS, description="Maximum number of offers to show fact by fact")


OverlayName = Annotated[str, Path(pattern=NAME, description="The name of an overlay")]
Expected = Annotated[int | None, Depends(expected_version)]


@router.get("", summary="List overlays, and what becomes of their rules")
async def list_(request: Request, response: Response) -> OverlayList:
    response.headers["cache-control"] = "no-store"
    overlays = _overlays(request)
    records = await overlays.all()
    return OverlayList(
        overlays=[_state(it) for it in records],
        total=len(records),
        trouble=overlays.trouble,
        unreadable=dict(overlays.unreadable),
    )


@router.post("", summary="Create an overlay", status_code=201, dependencies=[Depends(idempotency_key)])
async def create(request: Request, response: Response, body: Overlay) -> OverlayState:
    await _overlays(request).create(body, by=await author(request))
    response.headers["location"] = f"{paths.OVERLAYS}/{body.name}"
    return await _shown(body.name, request, response)


@router.post(
    "/preview",
    summary="Preview overlays: what they would change, field by field",
    description="Nothing is kept. The answer counts all offers that would change, shows the first of them, and warns "
    "of what may not be meant.",
    response_model=OverlayPlan,
)
async def preview(request: Request, body: PreviewRequest) -> Response:
    plan = await _overlays(request).plan(body.overlays, without=body.without, prune=body.prune, shown=body.limit)
    return Response(encode(plan), media_type="application/json", headers={"cache-control": "no-store"})


@router.put(
    "",
    summary="Write several overlays, all of them or none",
    description="What `llmanac overlay apply` does with files of version control.",
)
async def apply(request: Request, response: Response, body: OverlaysRequest) -> OverlayList:
    await _overlays(request).apply(body.overlays, expected=body.expected, prune=body.prune, by=await author(request))
    return await list_(request, response)


@router.get("/{name}", summary="Show an overlay")
async def show(request: Request, response: Response, name: OverlayName) -> OverlayState:
    return await _shown(name, request, response)


@router.put("/{name}", summary="Replace an overlay, or create it")
async def put(
    request: Request, response: Response, name: OverlayName, *, body: Overlay, expected: Expected
) -> OverlayState:
    if body.name != name:
        fault = ParameterFault(("body", "name"), f"Input should be {name!r}, as in the address", "value_error")
        raise InvalidParameters(f"The document is named {body.name!r}, and the address says {name!r}.", faults=(fault,))
    await _overlays(request).put(body, expected=expected, by=await author(request))
    return await _shown(name, request, response)


@router.delete("/{name}", summary="Delete an overlay; its versions are kept", status_code=204)
async def delete(request: Request, name: OverlayName, expected: Expected) -> None:
    await _overlays(request).delete(name, expected=expected, by=await author(request))


@router.get("/{name}/versions", summary="List the versions of an overlay")
async def versions(
    request: Request, response: Response, name: OverlayName, *, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> OverlayVersions:
    response.headers["cache-control"] = "no-store"
    found = await _overlays(request).versions(name)
    return OverlayVersions(
        versions=[
            OverlayVersion(version=it.version, overlay=it.document, at=it.at, author=it.author) for it in found[:limit]
        ]
    )


def _overlays(request: Request) -> Overlays:
    overlays: Overlays = request.app.state.overlays
    return overlays


async def _shown(name: str, request: Request, response: Response) -> OverlayState:
    record = await _overlays(request).get(name)
    response.headers["cache-control"] = "no-store"
    if record.version is not None:
        response.headers["etag"] = tag_of(record.version)
    return _state(record)


def _state(record: OverlayRecord) -> OverlayState:
    return OverlayState(
        overlay=as_written(record.document),
        version=record.version,
        file=record.file,
        author=record.author,
        written_at=record.written_at,
        rules=list(record.rules),
    )
