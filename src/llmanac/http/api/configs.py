"""``GET /api/v1/inference/configs/{config}``: what a query finds, in the file that a client is configured with."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Request, Response

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.dialects.configs.config import QUERY_SCHEMA
from llmanac.dialects.configs.table import CONFIG_BY_NAME, CONFIGS
from llmanac.errors import NotFound
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import edition_at, respond, unmodified
from llmanac.http.fast.document_cache import LEFT_OUT, counts
from llmanac.service.editions.served_catalog import ServedEdition

router = APIRouter(tags=["catalog"])

AT_ONCE = 1
"""Configurations that are made at the same time: one of the whole catalog takes seconds. Others wait."""
MEDIA_TYPES = {it.media_type: "object" if it.media_type == "application/json" else "string" for it in CONFIGS}
NAME = {
    "name": "config",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": [config.name for config in CONFIGS]},
}


@router.get(
    paths.CONFIG,
    summary="Configure a client with what a search finds",
    description="Takes the catalog's query, and answers with all models that match, in the file that a client is "
    "configured with: aider's metadata, the `model_list` of LiteLLM's proxy, opencode's providers, or Continue's "
    "models. Keys are named by their variables. The header `LLManac-Left-Out` counts the models that the client "
    "cannot call, by the reason.",
    response_class=Response,
    responses={
        200: {"content": {name: {"schema": {"type": kind}} for name, kind in MEDIA_TYPES.items()}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    openapi_extra={"parameters": [NAME, *parameters.document(QUERY_SCHEMA.parameters)["parameters"]]},
    dependencies=[Depends(require(Scope.CATALOG_READ))],
)
async def config(request: Request) -> Response:
    name = request.path_params["config"]
    if (wanted := CONFIG_BY_NAME.get(name)) is None:
        raise NotFound(f"There is no configuration {name[:64]!r}; there are {', '.join(CONFIG_BY_NAME)}.")
    query = parameters.parse(request.scope["query_string"], QUERY_SCHEMA)
    edition = await edition_at(request, query.as_of)
    if not_modified := unmodified(request, edition, state=name):
        return not_modified
    async with request.app.state.configuring:
        made = await asyncio.to_thread(lambda: ServedEdition(edition).config(wanted, query))
    response = respond(request, edition, made.body, state=name, media_type=wanted.media_type)
    if made.left_out:
        response.headers[LEFT_OUT.decode()] = counts(made.left_out).decode()
    return response
