"""``GET /api/v1/inference/catalog/facets``: counts by which a query can be narrowed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, create_model

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.model import WireModel
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.search.facets import Count, Nothing, counted_filters, other_facets
from llmanac.search.query.filter_kinds import Filter
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.schema import FILTER_SCHEMA
from llmanac.service.editions.search import count_facets
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["catalog"])


COUNTS: dict[type, Any] = {
    str: tuple[Count[str], ...],
    bool: tuple[Count[bool], ...],
    int: tuple[Count[float], ...],
    float: tuple[Count[float], ...],
}
"""Types of the counts of a parameter's values, by the parameter's type."""


def counts_model(filters: Sequence[Filter]) -> type[WireModel]:
    """A model of the counts: a field for each of these filters, and for each facet that is not a parameter."""
    parameters: dict[str, Any] = {}
    for row in counted_filters(filters):
        counts: Any = COUNTS[row.facet.type]
        parameters[row.facet.name] = (counts, Field(description=row.counts_note))
    facets: dict[str, Any] = {
        it.name: (tuple[Count[str], ...], Field(description=it.description)) for it in other_facets(filters)
    }
    return create_model(
        "Facets",
        __base__=WireModel,
        __doc__="Counts for one query: the number of models that would match with each value, all else being equal.",
        total=(int, Field(description="Models that match now")),
        **parameters,
        **facets,
        nothing=(Nothing | None, Field(description="Why nothing was found; null where something was")),
    )


Facets = counts_model(FILTERS)


EXAMPLE: dict[str, Any] = {
    "total": 0,
    **{row.facet.name: [] for row in counted_filters(FILTERS)},
    **{facet.name: [] for facet in other_facets(FILTERS)},
    "provider": [{"value": "anthropic", "count": 13}],
    "capabilities": [{"value": "tool_call", "count": 0}],
    "open_weights": [{"value": True, "count": 0}, {"value": False, "count": 0}],
    "kind": [{"value": "chat", "count": 0}],
    "min_context": [{"value": 128000, "count": 0}],
    "max_price": [{"value": 0, "count": 0}, {"value": 25, "count": 13}],
    "price_state": [{"value": "known", "count": 0}],
    "nothing": {
        "matching_text": 776,
        "filters": [
            {"filter": "provider", "passing": 13, "without": 1, "nearest": []},
            {"filter": "price", "passing": 1, "without": 13, "nearest": []},
        ],
        "nearest": ["anthropic/claude-sonnet-5"],
    },
}


@router.get(
    paths.FACETS,
    summary="Count what a search could be narrowed to",
    description="Takes the catalog's filters, and counts the models for each further value; where nothing is found, "
    "it says which filter removes how many.",
    response_model=Facets,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    openapi_extra=parameters.document(FILTER_SCHEMA.parameters),
    dependencies=[Depends(require(Scope.CATALOG_READ))],
)
async def facets(request: Request) -> Response:
    query = parameters.parse(request.scope["query_string"], FILTER_SCHEMA)
    edition = await edition_at(request, query.as_of)
    if not_modified := unmodified(request, edition):
        return not_modified
    counts = await asyncio.to_thread(lambda: count_facets(query, edition))
    return respond(request, edition, encode(counts.fields))
