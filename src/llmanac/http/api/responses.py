"""Answers that are made for one request: bytes, and a tag by which a client can ask whether they still hold."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from llmanac.errors import NotFound
from llmanac.http.fast.etags import CACHE_CONTROL, VARY, checksum, matches
from llmanac.http.middleware.freshness import mark_past
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader


def current(request: Request) -> Edition:
    """The edition that a request is answered from."""
    reader: Reader = request.app.state.reader
    return reader.edition


async def edition_at(request: Request, day: date | None) -> Edition:
    """The edition of the end of a day; of now, where none is given. Raises NotFound where there is none."""
    if day is None:
        return current(request)
    mark_past(request.scope)
    return await archive(request).past.edition(day)


def archive(request: Request) -> Archive:
    """What answers about the past. Raises NotFound where the server keeps no history."""
    kept: Archive | None = request.app.state.archive
    if kept is None:
        raise NotFound("This server keeps no history.")
    return kept


def unmodified(request: Request, edition: Edition, *, state: str = "") -> Response | None:
    """The answer to a client that has it already: nothing but that; None for any other.

    ``state`` names whatever else than the edition the answer depends on.
    """
    tag = _tag(request, edition, state)
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), tag.encode()):
        return Response(status_code=304, headers=_headers(tag))
    return None


def reply(
    request: Request, edition: Edition, body: bytes, *, state: str = "", media_type: str = "application/json"
) -> Response:
    """What a GET gives out; the same request finds the same until the edition changes, or ``state`` does."""
    return Response(body, media_type=media_type, headers=_headers(_tag(request, edition, state)))


def next_page(request: Request, **changes: object) -> str:
    """The address of the same question with these parameters changed."""
    fields = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True)
    kept = [(name, value) for name, value in fields if name not in changes]
    return f"{request.url.path}?{urlencode([*kept, *changes.items()])}"


def _tag(request: Request, edition: Edition, state: str) -> str:
    """Weak: the bytes on the wire depend on the encoding too."""
    return f'W/"{edition.id}-{checksum(request.scope["query_string"] + state.encode()):08x}"'


def _headers(tag: str) -> dict[str, str]:
    return {"etag": tag, "cache-control": CACHE_CONTROL, "vary": VARY}
