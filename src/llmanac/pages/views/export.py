"""``/export.csv`` and ``/export.json``: downloads of all models that match, without pagination."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.dialects.table import CONTRACT
from llmanac.pages.site import HEADERS, PageContext
from llmanac.pages.views.models import parse_view
from llmanac.search import engine
from llmanac.service.offers.csv_export import csv_of_offers


def as_csv(context: PageContext) -> Response:
    """A CSV file with a row for each offer."""
    offers = context.edition.catalog.offers
    text = "".join(csv_of_offers(offers[number] for number in _numbers(context)))
    return _download(text.encode(), "text/csv; charset=utf-8", "llmanac.csv")


def as_json(context: PageContext) -> Response:
    """A JSON file with the entries of the API."""
    numbers = _numbers(context)
    entries = context.edition.entries[CONTRACT.name, parse_view(context.fields).ids].join(numbers)
    return _download(CONTRACT.envelope(entries, len(numbers)), CONTRACT.media_type, "llmanac.json")


def _numbers(context: PageContext) -> list[int]:
    query = parse_view(context.fields)._replace(offset=0, limit=context.edition.size)
    return list(engine.run(query, context.edition.index).numbers)


def _download(body: bytes, media_type: str, name: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
