"""``/export.csv`` and ``/export.json``: all that a view of the models shows, page after page, for other programs."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.dialects.table import CONTRACT
from llmanac.pages.site import HEADERS, PageContext
from llmanac.pages.views.models import parse_view
from llmanac.search import engine
from llmanac.service.offers.csv_export import csv_of_offers


def as_csv(visit: PageContext) -> Response:
    """A row for each offer."""
    offers = visit.edition.catalog.offers
    text = "".join(csv_of_offers(offers[number] for number in _numbers(visit)))
    return _download(text.encode(), "text/csv; charset=utf-8", "llmanac.csv")


def as_json(visit: PageContext) -> Response:
    """The entries as the API gives them."""
    numbers = _numbers(visit)
    entries = visit.edition.entries[CONTRACT.name, parse_view(visit.fields).ids].join(numbers)
    return _download(b'{"models":[%b],"total":%d}' % (entries, len(numbers)), "application/json", "llmanac.json")


def _numbers(visit: PageContext) -> list[int]:
    query = parse_view(visit.fields)._replace(offset=0, limit=visit.edition.size)
    return list(engine.run(query, visit.edition.index).numbers)


def _download(body: bytes, media_type: str, name: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
