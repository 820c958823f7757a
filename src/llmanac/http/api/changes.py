"""``GET /api/v1/inference/changes``: what changed in the catalog, as JSON and as an Atom feed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.history.change import ChangeKind
from llmanac.http.api.atom import MEDIA_TYPE, encode_feed
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import NOT_MODIFIED, RESPONSES
from llmanac.http.api.responses import archive, edition_at, next_page, respond, unmodified
from llmanac.http.parameters import FORMATS, split
from llmanac.search.query.parameter import check_names
from llmanac.service.history.changes import DEFAULT_LIMIT, MAX_LIMIT, ChangeList, Interest
from llmanac.service.json_encoder import encode

router = APIRouter(tags=["history"])


class ChangesParameters(BaseModel):
    """The query parameters."""

    model_config = ConfigDict(frozen=True)

    since: Annotated[date, FORMATS[date]] | None = Field(None, description="Only on this day or later, in UTC")
    until: Annotated[date, FORMATS[date]] | None = Field(None, description="Only on this day or earlier, in UTC")
    kind: list[ChangeKind] = Field([], description="Only these kinds; repeatable")
    provider: str | None = Field(None, description="Only this host's, as models.dev or LiteLLM name it")
    id: str | None = Field(None, description="Only this model's, in either spelling; it need not be listed any more")
    base: str | None = Field(None, description="Only this base model's, at all hosts")
    cursor: str | None = Field(None, max_length=64, description="'next' of the page before")
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), FORMATS[int]] = DEFAULT_LIMIT
    format: Literal["json", "atom"] | None = Field(None, description="Default: what the Accept header prefers")

    @property
    def interest(self) -> Interest:
        """The filter, without the page and its format."""
        return Interest(
            since=self.since,
            until=self.until,
            kinds=tuple(self.kind),
            provider=self.provider,
            id=self.id,
            base=self.base,
        )


def require_known_names(request: Request) -> None:
    """Refuse unknown and repeated parameters, which pydantic would accept."""
    check_names(split(request.scope["query_string"]), ChangesParameters.model_fields.keys(), {"kind"})


@router.get(
    paths.CHANGES,
    summary="List what changed",
    description="Added, removed and renamed models, and changes of their prices, limits, status and abilities, newest "
    "first. Prices that move by less than 1 % are left out until they have moved by more. To ask again with "
    "If-None-Match costs nothing: 304 means that nothing has changed.",
    response_model=ChangeList,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        **NOT_MODIFIED,
        **RESPONSES,
    },
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_known_names)],
)
async def changes(request: Request, params: Annotated[ChangesParameters, Query()]) -> Response:
    feed = archive(request).changes
    newest = await feed.newest()
    is_atom = params.format == "atom" or (params.format is None and _prefers_atom(request))
    state = f"{newest.number} {is_atom}"
    edition = await edition_at(request)
    response = unmodified(request, edition, state=state)
    if response is None:
        page = await feed.page(params.interest, cursor=params.cursor, limit=params.limit, edition=edition)
        following = next_page(request, cursor=page.next) if page.next else None
        if is_atom:
            body = encode_feed(page.changes, url=_address(request), following=following, updated=newest.began_at)
        else:
            body = encode(page.summarise())
        response = respond(
            request, edition, body, state=state, media_type=MEDIA_TYPE if is_atom else "application/json"
        )
        if following:
            response.headers["link"] = f'<{following}>; rel="next"'
    response.headers["vary"] += ", Accept"
    return response


def _address(request: Request) -> str:
    """The address of the request, with the key that stood in its path."""
    query = request.url.query
    return f"{str(request.base_url).rstrip('/')}{request.url.path}{f'?{query}' if query else ''}"


def _prefers_atom(request: Request) -> bool:
    """The client names Atom, and not JSON before it."""
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "").lower().split(",")]
    named = [it for it in accepted if it in {MEDIA_TYPE, "application/json"}]
    return named[:1] == [MEDIA_TYPE]
