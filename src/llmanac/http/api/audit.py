"""``/api/v1/audit``: the log of writes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.service.access.audit import NumberedEntry
from llmanac.service.access.store import AuditStore

MAX_NUMBER = 2**63 - 1

router = APIRouter(
    prefix=paths.AUDIT, dependencies=[Depends(require(Scope.AUDIT_READ))], responses=RESPONSES, tags=["operations"]
)


class AuditRecord(BaseModel):
    """One write."""

    number: int
    at: datetime
    author: str = Field(description="The id of the token, or the name of who came otherwise")
    author_name: str
    action: str = Field(description="A noun and a verb, such as `token.create`")
    subject: str = Field(description="The id of what was written")
    detail: str
    request_id: str | None = Field(description="The X-Request-ID of the request")


class AuditPage(BaseModel):
    """Entries, newest first."""

    entries: list[AuditRecord]


@router.get("", summary="Who changed what, newest first")
async def browse(
    request: Request,
    response: Response,
    *,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_NUMBER, description="Only entries with a smaller number: the next page")
    ] = None,
) -> AuditPage:
    store: AuditStore = request.app.state.audit
    found = await store.newest(limit, below=before)
    response.headers["cache-control"] = "no-store"
    if len(found) == limit:
        response.headers["link"] = f'<{paths.AUDIT}?limit={limit}&before={found[-1].number}>; rel="next"'
    return AuditPage(entries=[_to_record(entry) for entry in found])


def _to_record(numbered: NumberedEntry) -> AuditRecord:
    entry = numbered.entry
    return AuditRecord(
        number=numbered.number,
        at=entry.at,
        author=entry.author,
        author_name=entry.author_name,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
        request_id=entry.request_id,
    )
