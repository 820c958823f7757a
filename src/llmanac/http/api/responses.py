"""Responses about an edition, with an ETag for conditional requests; and the editions that requests ask for."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from llmanac.errors import NotFound
from llmanac.http.fast.cache_headers import CACHE_CONTROL, VARY
from llmanac.http.middleware.freshness import mark_past
from llmanac.http.requester import requester_of
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.policies.access import Door
from llmanac.web.etags import checksum, matches


async def edition_at(request: Request, day: date | None = None) -> Edition:
    """The edition of the end of a day, by default the current one, as the sender of the request may see it.

    Nothing else gives an edition to an operation. Raises NotFound where there is none, and AuthenticationFailed.
    """
    reader: Reader = request.app.state.reader
    door: Door = request.app.state.door
    principal = await requester_of(request.scope).verify()
    if day is None:
        return await door.edition(principal, reader.edition)
    mark_past(request.scope)
    past = await archive(request).past.edition(day)
    return await door.edition_of_past(principal, past, now=reader.edition)


def archive(request: Request) -> Archive:
    """The services for the past. Raises NotFound where the server keeps no history."""
    found: Archive | None = request.app.state.archive
    if found is None:
        raise NotFound("This server keeps no history.")
    return found


def unmodified(request: Request, edition: Edition, *, state: str = "") -> Response | None:
    """The 304 for a client that has the current response; None for any other.

    ``state`` identifies all that the response depends on besides the edition and the query string.
    """
    tag = _tag(request, edition, state)
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), tag.encode()):
        return Response(status_code=304, headers=_headers(tag))
    return None


def respond(
    request: Request, edition: Edition, body: bytes, *, state: str = "", media_type: str = "application/json"
) -> Response:
    """A 200 response, whose ETag changes with the edition, the query string and ``state``."""
    return Response(body, media_type=media_type, headers=_headers(_tag(request, edition, state)))


def next_page(request: Request, **changes: object) -> str:
    """The URL of the request with these parameters changed."""
    fields = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True)
    kept = [(name, value) for name, value in fields if name not in changes]
    path = f"{request.scope.get('root_path', '')}{request.scope['path']}"
    return f"{path}?{urlencode([*kept, *changes.items()])}"


def _tag(request: Request, edition: Edition, state: str) -> str:
    """A weak ETag, since the bytes on the wire depend on the encoding too."""
    return f'W/"{edition.id}-{checksum(request.scope["query_string"] + state.encode()):08x}"'


def _headers(tag: str) -> dict[str, str]:
    return {"etag": tag, "cache-control": CACHE_CONTROL, "vary": VARY}
