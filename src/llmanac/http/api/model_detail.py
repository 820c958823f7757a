"""``GET /api/v1/inference/catalog/{id}``: all details of one model at one host."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import archive, edition_at, respond, unmodified
from llmanac.http.parameters import FORMATS, split
from llmanac.search.query.parameter import check_names
from llmanac.service.details.serializer import ModelDetails, serialize_details
from llmanac.service.json_encoder import encode

PRINTABLE = r"^[^\x00-\x1F\x7F]+$"

router = APIRouter(tags=["catalog"])


class AsOfParameter(BaseModel):
    """The query parameter."""

    model_config = ConfigDict(frozen=True)

    as_of: Annotated[date, FORMATS[date]] | None = Field(
        None, description="As it was at the end of this day, in UTC. Default: as it is now"
    )


def require_known_names(request: Request) -> None:
    """Refuse unknown and repeated parameters, which pydantic would accept."""
    check_names(split(request.scope["query_string"]), AsOfParameter.model_fields.keys(), ())


@router.get(
    paths.MODEL,
    summary="Show everything known of a model",
    description="All fields and rates, how LiteLLM calls it, the same model at other hosts, what each source states, "
    "where they disagree, and its history. Removed models have the status 'removed'.",
    response_model=ModelDetails,
    responses={**NOT_MODIFIED, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_known_names)],
)
async def model(
    request: Request,
    id: Annotated[  # noqa: A002 -- the contract's own word
        str,
        Path(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="As models.dev or LiteLLM spell it; slashes stay as they are, or are encoded",
            examples=["anthropic/claude-sonnet-5"],
        ),
    ],
    params: Annotated[AsOfParameter, Query()],
) -> Response:
    past = archive(request)
    edition = await edition_at(request, params.as_of)
    newest = await past.changes.newest()
    state = f"{newest.number} {id}"
    if not_modified := unmodified(request, edition, state=state):
        return not_modified
    details = await past.details.describe(id, day=params.as_of, edition=edition)
    body = await asyncio.to_thread(serialize_details, details, timeline=past.history.timeline)
    return respond(request, edition, encode(body), state=state)
