"""``GET /api/v1/inference/providers``: the hosts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.model import WireModel
from llmanac.http.api.responses import current, reply, unmodified
from llmanac.search.query.parameter import check_names
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["catalog"])


class Provider(WireModel):
    """A host of models."""

    id: str
    name: str | None
    api: str | None = Field(description="Base URL of its API; may contain ${VARIABLES}")
    npm: str | None = Field(description="The AI SDK package that speaks to it")
    doc: str | None
    env: list[str] = Field(description="Environment variables that hold its credentials")
    litellm_prefix: str | None = Field(description="What LiteLLM's ids of its models begin with")
    offers: int = Field(description="Entries in the catalog")
    models: int = Field(description="Different models among them")
    first_party: int = Field(description="Entries of models that it made itself")


class Providers(WireModel):
    """All hosts, by id."""

    providers: list[Provider]
    total: int


EXAMPLE: dict[str, Any] = {
    "providers": [
        {
            "id": "anthropic",
            "name": "Anthropic",
            "api": None,
            "npm": "@ai-sdk/anthropic",
            "doc": "https://docs.anthropic.com/en/docs/about-claude/models",
            "env": ["ANTHROPIC_API_KEY"],
            "litellm_prefix": "anthropic",
            "offers": 13,
            "models": 11,
            "first_party": 13,
        }
    ],
    "total": 1,
}


async def require_none(request: Request) -> None:
    """A dependency: there is nothing to choose."""
    check_names(parameters.split(request.scope["query_string"]), ())


@router.get(
    paths.PROVIDERS,
    summary="List the providers",
    description="Every host of models: where it is, how it is spoken to, which keys it takes, how much it offers.",
    response_model=Providers,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_none)],
)
def providers(request: Request) -> Response:
    edition = current(request)
    if same := unmodified(request, edition):
        return same
    return reply(request, edition, encode(edition.provider_list))
