"""``GET /api/v1/inference/catalog/{id}``: everything that is known of one model at one host."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.http.api.changes import ChangeShape
from llmanac.http.api.conflicts import ConflictShape
from llmanac.http.api.contract import InferenceCatalogEntry
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import archive, edition_at, reply, unmodified
from llmanac.http.parameters import SPELLINGS, check_names, split
from llmanac.service.details.serializer import serialize_details
from llmanac.service.json_encoder import encode

PRINTABLE = r"^[^\x00-\x1F\x7F]+$"

router = APIRouter(tags=["catalog"])


class Sighting(BaseModel):
    """When a model was listed, and what happened to it."""

    first_seen: str
    since_beginning: bool = Field(description="It was there when the history began, so it may be older")
    last_seen: str
    removed: str | None
    names: list[str] = Field(description="Its ids, the newest first")
    successor: str | None = Field(description="What to use instead, of a model that is removed or deprecated")
    changes: list[ChangeShape] = Field(description="Newest first")


class SourceStatement(BaseModel):
    """What one source states."""

    date: str = Field(description="The day or month that its facts are of")
    origin: str = Field(description="embedded, seed, or where it is fetched from")
    record: dict[str, Any] | None = Field(description="Every field of its record, as it came")


class ModelDetails(InferenceCatalogEntry):
    """Everything that is known; of a removed model, whatever was known at the last."""

    base: str = Field(description="The base model, which its offers at all hosts share")
    family: str | None = None
    lab: str | None = None
    last_updated: str | None = None
    first_party: bool | None = None
    popularity: float | None = None
    price: dict[str, Any] = Field(description="state, every rate, tiers for long contexts, other services")
    litellm: dict[str, Any] | None = Field(None, description="How LiteLLM calls it")
    host: dict[str, Any] | None = None
    offers: list[dict[str, Any]] = Field(description="The same model at other hosts, best first")
    sources: dict[str, SourceStatement] = Field(description="By name")
    provenance: dict[str, str] = Field(description="By fact, the name of the source that it is from")
    conflicts: list[ConflictShape] = Field(description="Where LiteLLM says otherwise")
    history: Sighting


class AsOfParameter(BaseModel):
    """When."""

    model_config = ConfigDict(frozen=True)

    as_of: Annotated[date, SPELLINGS[date]] | None = Field(
        None, description="As it was at the end of this day, in UTC. Default: as it is now"
    )


def require_known_names(request: Request) -> None:
    """A dependency: what pydantic does not look at."""
    check_names(split(request.scope["query_string"]), AsOfParameter.model_fields.keys(), ())


@router.get(
    paths.MODEL,
    summary="Show everything known of a model",
    description="All fields and rates, how LiteLLM calls it, the same model at other hosts, what each source states, "
    "where they disagree, and its history. Removed models are answered with the status 'removed'.",
    response_model=ModelDetails,
    responses={**NOT_MODIFIED, **RESPONSES},
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_known_names)],
)
async def model(
    request: Request,
    id: Annotated[  # noqa: A002 -- the contract's own word
        str,
        Path(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="As models.dev or LiteLLM spell it; slashes stay as they are, or are encoded",
            examples=["anthropic/claude-sonnet-5"],
        ),
    ],
    asked: Annotated[AsOfParameter, Query()],
) -> Response:
    kept = archive(request)
    edition = await edition_at(request, asked.as_of)
    newest = await kept.changes.newest()
    state = f"{newest.number} {id}"
    if same := unmodified(request, edition, state=state):
        return same
    known = await kept.details.describe(id, day=asked.as_of)
    body = await asyncio.to_thread(serialize_details, known, timeline=kept.history.timeline)
    return reply(request, edition, encode(body), state=state)
