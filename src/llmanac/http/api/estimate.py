"""``POST /api/v1/inference/estimate``: the cost of a workload."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.domain.usage import MAX_TOKENS, MEANINGS, TokenKind, Usage
from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.filters import CatalogFilter
from llmanac.http.api.model import Day, Instant, WireModel
from llmanac.http.api.providers import refuse_parameters
from llmanac.http.api.responses import edition_at
from llmanac.search.query.query import DEFAULT_LIMIT, Query
from llmanac.search.query.schema import MAX_LIMIT, SCHEMA
from llmanac.service.json_encoder import encode
from llmanac.service.offers.estimator import EstimateRanking, Estimator
from llmanac.service.offers.rate_cards import STANDARD
from llmanac.service.offers.workload import BUDGET_DIGITS, MAX_BUDGET, MAX_REQUESTS, Workload

MAX_MODELS = 100

Count = Annotated[int, Field(ge=0, le=MAX_TOKENS, strict=True)]
Id = Annotated[str, Field(max_length=MAX_ID_LENGTH)]

router = APIRouter(tags=["catalog"])


class TokenCounts(WireModel):
    """The tokens of one request. `input` and `output` are wholes, and the other fields parts of them."""

    input: Count = Field(0, description=MEANINGS[TokenKind.INPUT])
    cache_read: Count = Field(0, description=MEANINGS[TokenKind.CACHE_READ])
    cache_write: Count = Field(0, description=MEANINGS[TokenKind.CACHE_WRITE])
    cache_write_1h: Count = Field(0, description=MEANINGS[TokenKind.CACHE_WRITE_1H])
    cache_write_12h: Count = Field(0, description=MEANINGS[TokenKind.CACHE_WRITE_12H])
    input_audio: Count = Field(0, description=MEANINGS[TokenKind.INPUT_AUDIO])
    input_image: Count = Field(0, description=MEANINGS[TokenKind.INPUT_IMAGE])
    output: Count = Field(0, description=MEANINGS[TokenKind.OUTPUT])
    reasoning: Count = Field(0, description=MEANINGS[TokenKind.REASONING])
    output_audio: Count = Field(0, description=MEANINGS[TokenKind.OUTPUT_AUDIO])
    output_image: Count = Field(0, description=MEANINGS[TokenKind.OUTPUT_IMAGE])


class EstimateRequest(WireModel):
    """A workload, and the models in question: `model`, or `models`, or all that match `filter`."""

    model: Id | None = Field(None, description="An id as models.dev or LiteLLM spell it")
    models: list[Id] | None = Field(None, min_length=1, max_length=MAX_MODELS, description="Several ids")
    filter: CatalogFilter | None = Field(  # type: ignore[valid-type]  # -- a model made from the table of parameters
        None, description="The catalog's own parameters; an empty one is the whole catalog"
    )
    tokens: TokenCounts
    requests: int = Field(1, ge=1, le=MAX_REQUESTS, strict=True, description="How many such requests")
    batch_share: Decimal = Field(
        Decimal(0), ge=0, le=1, max_digits=7, decimal_places=6, description="The part of them that can wait for a batch"
    )
    service: str = Field(
        STANDARD, max_length=40, description="How the others are served: standard, flex, priority, fast, ultrafast"
    )
    at: Instant | None = Field(
        None, description="The time of the requests, for hosts that have peak hours; now, or the end of `as_of`"
    )
    budget: Decimal | None = Field(
        None,
        gt=0,
        le=MAX_BUDGET,
        max_digits=24,
        decimal_places=BUDGET_DIGITS,
        description="USD, of which each estimate says how many such requests it pays for",
    )
    as_of: Day | None = Field(None, description="With the models and prices of the end of this day, in UTC")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, strict=True, description="Maximum number of models to return")
    offset: int = Field(0, ge=0, strict=True, description="Number of models to skip")


REQUEST_EXAMPLE: dict[str, Any] = {
    "models": ["anthropic/claude-sonnet-5", "openai/gpt-5.6-sol"],
    "tokens": {"input": 300000, "cache_read": 250000, "output": 2000, "reasoning": 1200},
    "requests": 1000,
    "batch_share": 0.25,
    "budget": "500",
}
EXAMPLE: dict[str, Any] = {
    "total": 1,
    "priced": 1,
    "models": [
        {
            "id": "anthropic/claude-sonnet-5",
            "name": "Claude Sonnet 5",
            "provider": "anthropic",
            "price_state": "known",
            "total": "0.012",
            "reason": None,
            "budget": {"budget": "500", "requests": 41666, "unlimited": False},
            "fits": True,
            "warnings": [],
            "hours": None,
            "services": ["batch"],
            "lines": [
                {
                    "kind": "input",
                    "service": "standard",
                    "tokens": "1000",
                    "rate": "2",
                    "rate_of": "input",
                    "rate_service": "standard",
                    "above": None,
                    "hours": None,
                    "amount": "0.002",
                },
                {
                    "kind": "output",
                    "service": "standard",
                    "tokens": "1000",
                    "rate": "10",
                    "rate_of": "output",
                    "rate_service": "standard",
                    "above": None,
                    "hours": None,
                    "amount": "0.01",
                },
            ],
            "fees": [],
            "not_counted": [
                {
                    "name": "search_context_cost_per_query.search_context_size_medium",
                    "unit": "search",
                    "price": "0.01",
                    "amount": None,
                }
            ],
        }
    ],
    "at": "2026-11-27T09:30:00+00:00",
}


@router.post(
    paths.ESTIMATE,
    summary="Estimate what a workload costs",
    description="With one model, with several, or with all that match a filter, the cheapest first; context tiers, "
    "caches, reasoning, audio, batches and peak hours are charged as each host does, and the formula is given line by "
    "line. A `budget` is turned into the number of such requests that it pays for. What does not fit or ends soon is "
    "in `warnings`, and what else may cost in `not_counted`. "
    "Money is USD, in strings of decimal digits that are exact.",
    response_model=EstimateRanking,
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(refuse_parameters)],
)
async def estimate(request: Request, body: Annotated[EstimateRequest, Body(examples=[REQUEST_EXAMPLE])]) -> Response:
    _require_one_choice(body)
    workload = _workload(body).timed(request.app.state.clock(), as_of=body.as_of)
    edition = await edition_at(request, body.as_of)
    ranking = await asyncio.to_thread(_rank, body, workload, edition.services.estimator)
    return Response(encode(ranking), media_type="application/json")


def _require_one_choice(body: EstimateRequest) -> None:
    chosen = [name for name in ("model", "models", "filter") if getattr(body, name) is not None]
    if len(chosen) > 1:
        raise InvalidRequest(f"{' and '.join(chosen)} were given; one of them says which models are meant.")


def _workload(body: EstimateRequest) -> Workload:
    with _faults_in("body", "tokens"):
        tokens = Usage(**dict(body.tokens))
    return Workload(
        tokens=tokens,
        requests=body.requests,
        batch_share=body.batch_share,
        service=body.service,
        at=body.at,
        budget=body.budget,
    )


def _rank(body: EstimateRequest, workload: Workload, estimator: Estimator) -> EstimateRanking:
    ids = body.models if body.model is None else [body.model]
    with _faults_in("body"):
        if ids is not None:
            return estimator.rank_named(ids, workload, offset=body.offset, limit=body.limit)
        chosen: BaseModel | None = body.filter
        query = Query() if chosen is None else SCHEMA.build(dict(chosen))
        return estimator.rank_matching(query, workload, offset=body.offset, limit=body.limit)


@contextmanager
def _faults_in(*place: str) -> Iterator[None]:
    """Prefix the location of parameter faults that are raised in the block."""
    try:
        yield
    except InvalidParameters as error:
        faults = tuple(replace(fault, loc=(*place, *fault.loc)) for fault in error.faults)
        raise InvalidParameters(error.detail, faults=faults) from None
