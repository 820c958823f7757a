"""``GET /api/v1/inference/compare``: models side by side."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.model import Day
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.search.query.parameter import check_names
from llmanac.service.json_encoder import encode
from llmanac.service.offers.comparison import FEWEST, MOST, Comparison, compare_named

router = APIRouter(tags=["catalog"])


EXAMPLE: dict[str, Any] = {
    "models": [
        {"id": "anthropic/claude-sonnet-5", "provider": "anthropic", "cost": {"input": 2, "output": 10}},
        {"id": "openai/gpt-5.6-sol", "provider": "openai", "cost": {"input": 4, "output": 20}},
    ],
    "rows": [
        {"fact": "input_price", "group": "price", "values": [2, 4], "differs": True, "best": [0]},
        {"fact": "context", "group": "limits", "values": [1000000, 1050000], "differs": True, "best": [1]},
        {"fact": "tool_call", "group": "capabilities", "values": [True, True], "differs": False, "best": []},
    ],
}


async def _require_ids(request: Request) -> None:
    """Refuse unknown parameters."""
    check_names(parameters.split(request.scope["query_string"]), {"ids", "as_of"}, {"ids"})


@router.get(
    paths.COMPARE,
    summary="Compare models side by side",
    description=f"{FEWEST} to {MOST} models, by their ids in either spelling, with commas between them or each in a "
    "parameter of its own. Every fact is a row; those that differ are marked, and where less or more is better, "
    "the best.",
    response_model=Comparison,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(_require_ids)],
)
async def side_by_side(
    request: Request,
    ids: Annotated[
        list[str],
        Query(
            description="Ids as models.dev or LiteLLM spell them",
            examples=["anthropic/claude-sonnet-5,openai/gpt-5.6-sol"],
        ),
    ],
    as_of: Annotated[Day | None, Query(description="As they were at the end of this day, in UTC")] = None,
) -> Response:
    edition = await edition_at(request, as_of)
    if not_modified := unmodified(request, edition):
        return not_modified
    named = [part.strip() for value in ids for part in value.split(",") if part.strip()]
    compared = await asyncio.to_thread(compare_named, named, edition.services.resolver)
    return respond(request, edition, encode(compared))
