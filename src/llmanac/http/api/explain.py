"""``GET /api/v1/inference/catalog/explain``: the rank of each result explained, or why there is none."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.search.query.schema import PARAMETERS
from llmanac.service.details.explanation import SearchExplanation, effects_of, explain_search
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["catalog"])


EXAMPLE: dict[str, Any] = {
    "total": 59,
    "understood": {
        "forgiven": "spelling",
        "words": ["sonnet", "45"],
        "corrected": [{"word": "sonnnet", "read_as": "sonnet"}],
        "dropped": [],
        "is_id": True,
    },
    "matching_text": 59,
    "filters": [],
    "policies": [{"policy": "eu-only", "removed_by_rule": [812, 0], "removed_by_default": 5210, "waiting": 3}],
    "nearest": [],
    "models": [
        {
            "id": "anthropic/claude-sonnet-4-5",
            "rank": 1,
            "fit": "phrase",
            "words": [{"word": "sonnet", "found_in": "model"}, {"word": "45", "found_in": "model"}],
            "standing": 412,
            "first_party": True,
            "popularity": 0.61,
            "release_date": "2025-09-29",
        }
    ],
}


@router.get(
    paths.EXPLAIN,
    summary="Explain a search",
    description="Takes the catalog's parameters and says, for each result, why it stands there; where nothing "
    "matches, the nearest names, and which filter removed how many; "
    "under a policy, how many models each of its rules hides.",
    response_model=SearchExplanation,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    openapi_extra=parameters.document(PARAMETERS),
    dependencies=[Depends(require(Scope.CATALOG_READ))],
)
async def explanation(request: Request) -> Response:
    query = parameters.parse(request.scope["query_string"])
    edition = await edition_at(request, query.as_of)
    effects = repr(effects_of(edition))  # two policies may show the same for different reasons
    if not_modified := unmodified(request, edition, state=effects):
        return not_modified
    explained = await asyncio.to_thread(explain_search, query, edition)
    return respond(request, edition, encode(explained), state=effects)
