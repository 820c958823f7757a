"""``POST /api/v1/inference/validate``: checks whether ids can be used."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.model import WireModel
from llmanac.http.api.providers import refuse_parameters
from llmanac.http.api.responses import edition_at
from llmanac.service.archive import Archive
from llmanac.service.details.recalled_verdicts import recall
from llmanac.service.json_encoder import encode
from llmanac.service.offers.validation import Validations

MAX_IDS = 256

router = APIRouter(tags=["catalog"])


class Ids(WireModel):
    """The ids in question."""

    ids: list[Annotated[str, Field(max_length=MAX_ID_LENGTH)]] = Field(
        min_length=1, max_length=MAX_IDS, description="In any spelling; each is judged by itself"
    )


REQUEST_EXAMPLE: dict[str, Any] = {"ids": ["gemini/gemini-3.5-flash-lite", "anthropic/claude-3-opus-20240229"]}
EXAMPLE: dict[str, Any] = {
    "verdicts": [
        {
            "id": "gemini/gemini-3.5-flash-lite",
            "standing": "known",
            "read_as": "litellm",
            "reading": {"host": "google", "model": "gemini-3.5-flash-lite", "forms": []},
            "offer": "google/gemini-3.5-flash-lite",
            "provider": "google",
            "kind": "chat",
            "listed_by": "models.dev",
            "last_listed": None,
            "last_price": None,
            "litellm": {
                "id": "gemini/gemini-3.5-flash-lite",
                "kind": "native",
                "known": True,
                "primary": True,
                "api_base": None,
            },
            "env": ["GEMINI_API_KEY"],
            "status": None,
            "status_source": None,
            "deprecation_date": None,
            "lifecycle": {"deprecated_on": None, "retires_on": None, "retires_not_before": None},
            "price_state": "known",
            "successor": None,
            "successor_note": None,
            "approved": None,
            "candidates": [],
            "alternatives": [],
            "detail": None,
        }
    ]
}


@router.post(
    paths.VALIDATE,
    summary="Judge model ids",
    description="Is each id known here, as what was it read, can LiteLLM call it, does LiteLLM's own map have it, "
    "which keys does its host take, is it on its way out, and what else instead? An id that begins with a host is that "
    "host's, or unknown. What only LiteLLM lists is known; what is not listed any more is `removed`, with the date of "
    "the last feed that listed it and its price then.",
    response_model=Validations,
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(refuse_parameters)],
)
async def validate(request: Request, body: Annotated[Ids, Body(examples=[REQUEST_EXAMPLE])]) -> Response:
    edition = await edition_at(request)
    verdicts = await asyncio.to_thread(edition.services.validator.validate_all, body.ids)
    past: Archive | None = request.app.state.archive
    if past is not None:
        verdicts = await recall(verdicts, edition=edition, history=past.history)
    return Response(encode(verdicts), media_type="application/json")
