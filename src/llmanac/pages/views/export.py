"""``/export.csv`` and ``/export.json``: all that a view of the models shows, page after page, for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from starlette.responses import Response

from llmanac.dialects.inference import litellm_spelling
from llmanac.domain.records import Offer
from llmanac.pages.site import HEADERS, PageContext
from llmanac.pages.views.models import ask
from llmanac.search import engine

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""What makes a spreadsheet take a text for a formula."""

COLUMNS: Mapping[str, Callable[[Offer], object]] = {
    "id": lambda offer: offer.id,
    "name": lambda offer: offer.name,
    "provider": lambda offer: offer.provider,
    "model": lambda offer: offer.base,
    "litellm_id": litellm_spelling,
    "status": lambda offer: offer.status,
    "release_date": lambda offer: offer.release_date,
    "knowledge": lambda offer: offer.knowledge,
    "open_weights": lambda offer: offer.open_weights,
    "context": lambda offer: offer.limits.context,
    "max_output": lambda offer: offer.limits.output,
    "price_state": lambda offer: offer.price.state.value,
    "input_price": lambda offer: offer.price.rates.input,
    "output_price": lambda offer: offer.price.rates.output,
    "cache_read_price": lambda offer: offer.price.rates.cache_read,
    "cache_write_price": lambda offer: offer.price.rates.cache_write,
    "capabilities": lambda offer: " ".join(offer.capabilities),
    "input_modalities": lambda offer: " ".join(offer.modalities.input),
    "output_modalities": lambda offer: " ".join(offer.modalities.output),
}


def as_csv(visit: PageContext) -> Response:
    """A row for each offer; prices are USD per million tokens, and what is unknown is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number in _numbers(visit):
        offer = visit.edition.catalog.offers[number]
        writer.writerow([cell(read(offer)) for read in COLUMNS.values()])
    return _download(text.getvalue().encode(), "text/csv; charset=utf-8", "llmanac.csv")


def as_json(visit: PageContext) -> Response:
    """The entries as the API gives them."""
    numbers = _numbers(visit)
    entries = visit.edition.entries[ask(visit.fields).ids].join(numbers)
    return _download(b'{"models":[%b],"total":%d}' % (entries, len(numbers)), "application/json", "llmanac.json")


def cell(value: object) -> object:
    """A value as a cell that no spreadsheet computes."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case _:
            return value


def _numbers(visit: PageContext) -> list[int]:
    query = ask(visit.fields)._replace(offset=0, limit=visit.edition.size)
    return list(engine.run(query, visit.edition.index).numbers)


def _download(body: bytes, media_type: str, name: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
