"""``GET /api/v1/inference/catalog/explain``: why each result stands where it stands, or why there is none."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.spelling import litellm_spelling
from llmanac.http import parameters
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.model import WireModel
from llmanac.http.api.responses import edition_at, reply, unmodified
from llmanac.search.explain import Place, Reason, explain
from llmanac.search.match_tiers import MatchTier
from llmanac.search.query.query import IdSpelling, Query
from llmanac.search.query.schema import PARAMETERS
from llmanac.search.reading.interpretation import Interpretation, MatchMode
from llmanac.service.editions.edition import Edition
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["catalog"])


class Correction(WireModel):
    """A word that was taken for a slip of another."""

    word: str
    read_as: str


class Understood(WireModel):
    """How the text was read."""

    forgiven: MatchMode = Field(
        description="'whole': nothing; 'spelling': slips of the keys; 'partial': words that nothing has with the others"
    )
    words: list[str] = Field(description="What was looked for, cut as names are cut")
    corrected: list[Correction]
    dropped: list[str] = Field(description="Words that were left out")
    is_id: bool = Field(description="The text looks like an id, so other offers of the same model count as well")


class Removed(WireModel):
    """What one filter turns away."""

    filter: str = Field(description="Its parameter, with the value of a capability")
    removes: int = Field(description="Of the models that match the text, those that this filter alone turns away")


class WordFound(WireModel):
    """Where a word of the text was found in a result."""

    word: str
    found_in: Place = Field(
        description="'model': the model's name; 'host': what the host is called; 'offer': the host's id or name for "
        "it, or its lab's name; 'beginning': the beginning of a longer word"
    )


class ExplainedEntry(WireModel):
    """One result, and why it stands where it stands: by ``fit``, and within it by ``standing``."""

    id: str
    rank: int = Field(description="Its place in the whole result; the first is 1")
    fit: MatchTier | None = Field(
        description="How well the text matches; null where the order does not depend on a text"
    )
    words: list[WordFound]
    standing: int = Field(description="Its place among all offers by likelihood of being meant; from 1")
    first_party: bool = Field(description="The host is the lab's own")
    popularity: float = Field(description="0 to 1; see the catalog's order without a query")
    release_date: str | None


class CatalogExplanation(WireModel):
    """How a question to the catalog was understood, and what followed."""

    total: int = Field(description="The same as the catalog's own")
    understood: Understood | None = Field(description="Null where no text was asked for")
    matching_text: int = Field(description="Models that match the text, or are featured, whatever the filters say")
    filters: list[Removed]
    nearest: list[str] = Field(description="Where nothing matches the text: the nearest names of models")
    models: list[ExplainedEntry]


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
    "matches, the nearest names, and which filter removed how many.",
    response_model=CatalogExplanation,
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
    if same := unmodified(request, edition):
        return same
    return reply(request, edition, encode(await asyncio.to_thread(_explain, query, edition)))


def _explain(query: Query, edition: Edition) -> dict[str, Any]:
    explained = explain(query, edition.index)
    return {
        "total": explained.total,
        "understood": None if explained.reading is None else _understood(explained.reading),
        "matching_text": explained.matched,
        "filters": [{"filter": name, "removes": count} for name, count in explained.removed.items()],
        "nearest": explained.nearest,
        "models": [
            _entry(reason, query.offset + place, query, edition=edition)
            for place, reason in enumerate(explained.reasons, start=1)
        ],
    }


def _understood(reading: Interpretation) -> dict[str, Any]:
    return {
        "forgiven": reading.tier,
        "words": reading.words,
        "corrected": [{"word": word, "read_as": other} for word, other in reading.corrected],
        "dropped": reading.dropped,
        "is_id": reading.is_id,
    }


def _entry(reason: Reason, rank: int, query: Query, *, edition: Edition) -> dict[str, Any]:
    offer = edition.catalog.offers[reason.number]
    in_litellm = litellm_spelling(offer) if query.ids is IdSpelling.LITELLM else None
    return {
        "id": in_litellm or offer.id,
        "rank": rank,
        "fit": reason.fit,
        "words": [{"word": word, "found_in": place} for word, place in reason.words.items()],
        "standing": reason.standing + 1,
        "first_party": offer.first_party,
        "popularity": offer.popularity,
        "release_date": offer.release_date,
    }
