"""``GET /api/v1/inference/catalog/{id}/alternatives``: what could take a model's place."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.model_detail import PRINTABLE
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.service.archive import Archive
from llmanac.service.details.recalled_verdicts import recall_removed
from llmanac.service.json_encoder import encode
from llmanac.service.offers.alternative_list import AlternativeList
from llmanac.service.offers.alternatives_question import QUESTION_SCHEMA, AlternativesQuestion
from llmanac.web.etags import checksum

router = APIRouter(tags=["catalog"])

TOKENS = {
    "input": 10000,
    "cache_read": 0,
    "cache_write": 0,
    "cache_write_1h": 0,
    "cache_write_12h": 0,
    "input_audio": 0,
    "input_image": 0,
    "output": 1000,
    "reasoning": 0,
    "output_audio": 0,
    "output_image": 0,
}
EXAMPLE: dict[str, Any] = {
    "model": {
        "id": "openai/gpt-5.5",
        "name": "GPT-5.5",
        "provider": "openai",
        "base": "gpt-5.5",
        "status": None,
        "total": "80",
        "reason": None,
        "facts_of": None,
        "successor": None,
    },
    "workload": {
        "tokens": TOKENS,
        "requests": 1000,
        "batch_share": "0",
        "service": "standard",
        "at": None,
        "is_default": True,
    },
    "conditions": {
        "kind": "chat",
        "input": ["text", "image", "pdf"],
        "output": ["text"],
        "capabilities": ["tool_call", "reasoning", "structured_output", "vision", "pdf"],
        "min_context": 997500,
        "region": None,
        "regions": [],
        "lasts_beyond": "2027-05-26",
    },
    "note": None,
    "total_hosts": 0,
    "hosts": [],
    "total_models": 1,
    "models": [
        {
            "id": "anthropic/claude-opus-5",
            "name": "Claude Opus 5",
            "provider": "anthropic",
            "base": "claude-opus-5",
            "lab": "anthropic",
            "release_date": "2026-07-24",
            "context": 1000000,
            "price_state": "known",
            "total": "75",
            "reason": None,
            "cost_ratio": 0.938,
            "distance": 3.0,
            "fits": True,
            "lacks": ["context"],
            "more": [],
            "why": "Another chat model, with at least its media, capabilities and context, but for context, at 0.938 "
            "times the cost.",
            "warnings": [],
        }
    ],
}


@router.get(
    paths.ALTERNATIVES,
    summary="List what could take a model's place",
    description="Of the same kind, with at least its media, capabilities and context, in its region, and not about to "
    "end: the same model at other hosts, the cheapest first, and other models, the closest first, and of those as "
    "close the cheapest. Each has what a workload would cost: the one that is given, as in an estimate, or a default "
    "one, which the answer states. The catalog's filters choose what may be listed. Ids that are not listed any more "
    "are taken, too; one that a policy hides is refused, since its alternatives would tell of it. Without `listed_by`, "
    "what LiteLLM alone lists is searched for kinds other than chat.",
    response_model=AlternativeList,
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}, **NOT_MODIFIED, **RESPONSES},
    openapi_extra=parameters.document(QUESTION_SCHEMA.parameters),
    dependencies=[Depends(require(Scope.CATALOG_READ))],
)
async def alternatives(
    request: Request,
    id: Annotated[  # noqa: A002 -- the contract's own word
        str,
        Path(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="As models.dev or LiteLLM spell it; slashes stay as they are, or are encoded",
            examples=["openai/gpt-5.5"],
        ),
    ],
) -> Response:
    question = AlternativesQuestion.of(QUESTION_SCHEMA.read(parameters.split(request.scope["query_string"])))
    edition = await edition_at(request, question.as_of)
    past: Archive | None = request.app.state.archive
    recalled = None
    if past is not None:
        recalled = await recall_removed(id, edition=edition, history=past.history, day=question.as_of)
    now = request.app.state.clock()
    body = await asyncio.to_thread(
        lambda: encode(question.ask(edition.services.alternatives, id, now=now, recalled=recalled))
    )
    # It depends on the time, too: what an answer is told by is itself.
    state = f"{id} {checksum(body)}"
    return unmodified(request, edition, state=state) or respond(request, edition, body, state=state)
