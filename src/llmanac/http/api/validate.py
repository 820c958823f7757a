"""``POST /api/v1/inference/validate``: whether ids can be used."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import MAX_ID_LENGTH, RouteKind
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.model import WireModel
from llmanac.http.api.providers import require_none
from llmanac.http.api.responses import current
from llmanac.service.json_encoder import encode
from llmanac.service.offers.resolver import SpellingOf
from llmanac.service.offers.validation import IdStatus

MAX_IDS = 256

router = APIRouter(tags=["catalog"])


class Ids(WireModel):
    """The ids in question."""

    ids: list[Annotated[str, Field(max_length=MAX_ID_LENGTH)]] = Field(
        min_length=1, max_length=MAX_IDS, description="In any spelling; each is judged by itself"
    )


class LiteLLMCall(WireModel):
    """How LiteLLM calls a model."""

    id: str
    kind: RouteKind
    known: bool = Field(description="The id is in LiteLLM's own map: LiteLLM knows what the model costs and can do")
    primary: bool = Field(description="Of all models that share the id, LiteLLM means this one")
    api_base: str | None = Field(description="To be given with the id, where LiteLLM would call another address")


class Verdict(WireModel):
    """What is known of one id."""

    id: str = Field(description="As it was given")
    standing: IdStatus
    read_as: SpellingOf | None = Field(description="Whose spelling it is; 'model' is a host's own id without the host")
    offer: str | None = Field(description="The catalog's id")
    provider: str | None
    litellm: LiteLLMCall | None = Field(description="null where LiteLLM has no way to call it")
    env: list[str] = Field(description="Environment variables that hold the credentials of the host")
    status: str | None
    deprecation_date: str | None = Field(description="When the host ends the model, as LiteLLM knows it")
    price_state: PriceState | None
    successor: str | None = Field(
        description="For what is deprecated, dated or not listed: the newest of its line at the same host, by its name"
    )
    candidates: list[str] = Field(description="Ids that may be meant, the likeliest first")
    detail: str | None = Field(description="What is wrong; null where nothing is")


class Verdicts(WireModel):
    """One verdict for each id, in their order."""

    verdicts: list[Verdict]


ASKED: dict[str, Any] = {"ids": ["gemini/gemini-3.5-flash-lite", "anthropic/claude-3-opus-20240229"]}
EXAMPLE: dict[str, Any] = {
    "verdicts": [
        {
            "id": "gemini/gemini-3.5-flash-lite",
            "standing": "known",
            "read_as": "litellm",
            "offer": "google/gemini-3.5-flash-lite",
            "provider": "google",
            "litellm": {
                "id": "gemini/gemini-3.5-flash-lite",
                "kind": "native",
                "known": True,
                "primary": True,
                "api_base": None,
            },
            "env": ["GEMINI_API_KEY"],
            "status": None,
            "deprecation_date": None,
            "price_state": "known",
            "successor": None,
            "candidates": [],
            "detail": None,
        }
    ]
}


@router.post(
    paths.VALIDATE,
    summary="Judge model ids",
    description="Is each id known here, can LiteLLM call it, does LiteLLM's own map have it, which keys does its host "
    "take, is it on its way out, and what else instead?",
    response_model=Verdicts,
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_none)],
)
def validate(request: Request, asked: Annotated[Ids, Body(examples=[ASKED])]) -> Response:
    return Response(encode(current(request).validator.judge_all(asked.ids)), media_type="application/json")
