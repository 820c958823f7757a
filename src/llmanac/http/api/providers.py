"""``GET /api/v1/inference/providers``: the hosts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.search.query.parameter import check_names
from llmanac.service.json_encoder import encode
from llmanac.service.offers.providers import ProviderList

router = APIRouter(tags=["catalog"])


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


async def refuse_parameters(request: Request) -> None:
    """Refuse any parameter."""
    check_names(parameters.split(request.scope["query_string"]), ())


@router.get(
    paths.PROVIDERS,
    summary="List the providers",
    description="Every host of models: where it is, how it is spoken to, which keys it takes, how much it offers.",
    response_model=ProviderList,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(refuse_parameters)],
)
async def providers(request: Request) -> Response:
    edition = await edition_at(request)
    if not_modified := unmodified(request, edition):
        return not_modified
    return respond(request, edition, encode(edition.provider_list))
