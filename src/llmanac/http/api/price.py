"""``POST /api/v1/inference/price``: the bill of a usage log."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.http.api.dependencies import require
from llmanac.http.api.error_handlers import OVERSIZED, RESPONSES
from llmanac.http.api.responses import edition_at
from llmanac.http.parameters import FORMATS, split
from llmanac.search.query.parameter import check_names
from llmanac.service.editions.edition import Edition
from llmanac.service.json_encoder import encode
from llmanac.service.offers.bill import Bill
from llmanac.service.offers.billing import MOST_LISTED, BillBounds, BillOptions, price_logs

BOUNDS = BillBounds(file_bytes=512 << 20, days=100, rates=20_000)
"""Of a log over HTTP; its size on the wire is bounded by ``WireBounds.log_bytes``."""
IN_MEMORY = 1 << 20
"""Bytes of a log that are kept in memory; a larger one is kept in a temporary file until it is priced."""
AT_ONCE = 2
"""Logs that are priced at the same time; others wait."""

router = APIRouter(tags=["catalog"])


class PriceParameters(BaseModel):
    """The query parameters."""

    model_config = ConfigDict(frozen=True)

    by: list[str] = Field(
        ["model"],
        description="Fields to total by, repeated or with commas between: model, day, month, provider, service, "
        "shape, or any field of the lines, such as user or metadata.team",
    )
    instead: str | None = Field(
        None, max_length=MAX_ID_LENGTH, description="A model to price the same usage at, too, by its price of now"
    )
    as_of: Annotated[date, FORMATS[date]] | None = Field(
        None, description="Price all requests as of the end of this day, in UTC, whenever they were made"
    )
    timezone: str | None = Field(
        None, max_length=64, description="The time zone of times that state none, such as UTC or Europe/Berlin"
    )
    listed: Annotated[int, Field(ge=0, le=MOST_LISTED), FORMATS[int]] = Field(
        100, description="Maximum number of lines to list that are not priced"
    )

    @property
    def options(self) -> BillOptions:
        """The options of the bill. Raises InvalidParameters."""
        names = tuple(name.strip() for field in self.by for name in field.split(","))
        try:
            return BillOptions(
                by=names, instead=self.instead, as_of=self.as_of, timezone=self.timezone, listed=self.listed
            )
        except InvalidParameters as error:
            raise _in_query(error) from None


def require_known_names(request: Request) -> None:
    """Refuse unknown and repeated parameters, which pydantic would accept."""
    check_names(split(request.scope["query_string"]), PriceParameters.model_fields.keys(), {"by"})


LINE = (
    '{"time": "2026-10-02T09:30:00Z", "model": "claude-sonnet-4-5", "team": "search", "usage": {"input_tokens": 2000, '
    '"cache_read_input_tokens": 8000, "output_tokens": 500}}\n'
)
EXAMPLE: dict[str, Any] = {
    "lines": 2,
    "priced": 1,
    "not_priced": 1,
    "skipped": 0,
    "repeated": 0,
    "total": "0.0159",
    "as_of": None,
    "shapes": {"anthropic": 1},
    "by": ["model", "day"],
    "groups": [
        {
            "by": {"model": "anthropic/claude-sonnet-4-5", "day": "2026-10-02"},
            "requests": 1,
            "tokens": {"input": 10000, "cache_read": 8000, "output": 500},
            "total": "0.0159",
            "instead": "0.02",
        }
    ],
    "instead": {"id": "openai/gpt-4o", "total": "0.02", "not_priced": 0, "reason": None},
    "not_counted": [],
    "reasons": [{"reason": "no_zone", "lines": 1}],
    "listed": [
        {
            "file": None,
            "line": 2,
            "reason": "no_zone",
            "detail": "'2026-10-02 09:31:00' has no offset from UTC; the time zone of the log says which.",
        }
    ],
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A log, plain or gzip, of at most 64 MiB: lines of JSON, a session file of Claude Code or of "
        "Codex, or an export of Langfuse's or OpenRouter's",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}, "example": LINE},
            "text/csv": {"schema": {"type": "string"}},
            "application/gzip": {"schema": {"type": "string", "contentMediaType": "application/gzip"}},
        },
    }
}


@router.post(
    paths.PRICE,
    summary="Price a usage log",
    description="What was used, priced as of when it was used. Each line has a model, a time and the usage as the "
    "vendor's API returns it: OpenAI chat completions and responses, Anthropic, Gemini, Bedrock Converse, DeepSeek, "
    "OpenRouter, LiteLLM's spend logs; each is recognised by its shape, and a log may mix them. Context tiers, caches, "
    "services and peak hours are charged as each host does. What cannot be priced is counted and listed with its line, "
    "and part of no total. Money is USD, in strings of decimal digits that are exact.",
    response_model=Bill,
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}, **RESPONSES, **OVERSIZED},
    openapi_extra=BODY,
    dependencies=[Depends(require(Scope.CATALOG_READ)), Depends(require_known_names)],
)
async def price(request: Request, params: Annotated[PriceParameters, Query()]) -> Response:
    options = params.options
    loop = asyncio.get_running_loop()

    def edition_of(day: date | None) -> Edition:
        """The edition of a day, as the sender may see it; called from the thread that prices."""
        return asyncio.run_coroutine_threadsafe(edition_at(request, day), loop).result()

    def work(log: BinaryIO) -> bytes:
        return encode(price_logs([(None, log)], edition_of, options, bounds=BOUNDS))

    with SpooledTemporaryFile(IN_MEMORY) as file:
        await _receive(request, cast(BinaryIO, file))
        try:
            async with request.app.state.pricing:
                body = await asyncio.to_thread(work, cast(BinaryIO, file))
        except InvalidParameters as error:
            raise _in_query(error) from None
    return Response(body, media_type="application/json")


async def _receive(request: Request, file: BinaryIO) -> None:
    """Read the body into a file. Raises InvalidRequest where it breaks off."""
    try:
        async for piece in request.stream():
            file.write(piece)
    except ClientDisconnect:
        raise InvalidRequest("The log breaks off.") from None
    file.seek(0)


def _in_query(error: InvalidParameters) -> InvalidParameters:
    faults = tuple(replace(fault, loc=("query", *fault.loc)) for fault in error.faults)
    return InvalidParameters(error.detail, faults=faults)
