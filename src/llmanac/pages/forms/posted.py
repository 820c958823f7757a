"""Reads posted forms: from this site alone, and within a bound."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from llmanac.errors import Forbidden, InvalidRequest
from llmanac.pages.forms.query_form import Fields

MAX_BYTES = 4096
"""Maximum size of a form with a few short fields."""


async def read_form(request: Request, *, max_bytes: int = MAX_BYTES) -> Fields:
    """The fields of a posted form. Raises Forbidden where another site sent it, InvalidRequest if it is too large."""
    if not _is_same_origin(request):
        raise Forbidden("This form was sent from another site, so nothing was changed.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise InvalidRequest(f"The form is larger than {max_bytes} bytes, so nothing was changed.")
    return Fields.of(bytes(body))


def _is_same_origin(request: Request) -> bool:
    """Whether the browser states that the form comes from this origin; False where it states nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
