"""``GET /api/v1/inference/conflicts``: where the sources disagree."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at, next_page, respond, unmodified
from llmanac.http.parameters import FORMATS, split
from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.search.query.parameter import check_names
from llmanac.service.details.conflicts import DEFAULT_LIMIT, MAX_LIMIT, ConflictFilter, ConflictPage, list_conflicts
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["catalog"])


class ConflictsParameters(BaseModel):
    """The query parameters."""

    model_config = ConfigDict(frozen=True)

    provider: str | None = Field(None, description="Only this host's, as models.dev or LiteLLM name it")
    id: str | None = Field(None, description="Only this model's, in either spelling")
    base: str | None = Field(None, description="Only this base model's, at all hosts")
    field: list[str] = Field([], description="Only these fields: input, output, cache_read, context, …")
    cause: list[Cause] = Field([], description="Only these causes")
    as_of: Annotated[date, FORMATS[date]] | None = Field(None, description="As it was at the end of this day")
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), FORMATS[int]] = DEFAULT_LIMIT
    offset: Annotated[int, Field(ge=0), FORMATS[int]] = 0

    @property
    def filter(self) -> ConflictFilter:
        """The filter, without the day and the page."""
        return ConflictFilter(
            provider=self.provider, id=self.id, base=self.base, fields=tuple(self.field), causes=tuple(self.cause)
        )


REPEATED = frozenset({"field", "cause"})


def require_known_names(request: Request) -> None:
    """Refuse unknown and repeated parameters, which pydantic would accept."""
    check_names(split(request.scope["query_string"]), ConflictsParameters.model_fields.keys(), REPEATED)


@router.get(
    paths.CONFLICTS,
    summary="List where the sources disagree",
    description="models.dev and LiteLLM often speak of the same model at the same host, and differ. Both figures are "
    "listed, with the likely cause, and the one that is served. Nothing is averaged.",
    response_model=ConflictPage,
    responses={**NOT_MODIFIED, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_known_names)],
)
async def conflicts(request: Request, params: Annotated[ConflictsParameters, Query()]) -> Response:
    edition = await edition_at(request, params.as_of)
    if not_modified := unmodified(request, edition):
        return not_modified
    page = await asyncio.to_thread(list_conflicts, edition, params.filter, offset=params.offset, limit=params.limit)
    response = respond(request, edition, encode(page))
    if page.conflicts and params.offset + len(page.conflicts) < page.total:
        response.headers["link"] = f'<{next_page(request, offset=params.offset + params.limit)}>; rel="next"'
    return response
