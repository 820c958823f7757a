"""``/export.csv``, ``/export.json``, ``/export/{config}``: downloads of all models that match, on one page."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.dialects.configs.table import CONFIG_BY_NAME
from llmanac.dialects.table import CONTRACT
from llmanac.errors import NotFound
from llmanac.pages.site import HEADERS, PageContext
from llmanac.pages.views.models import parse_view
from llmanac.search.query.query import Query
from llmanac.service.editions.reader import browse
from llmanac.service.editions.search import search
from llmanac.service.editions.served_catalog import ServedEdition
from llmanac.service.offers.csv_export import csv_of_offers


def as_csv(context: PageContext) -> Response:
    """A CSV file with a row for each offer."""
    edition = context.edition
    offers = map(edition.catalog.offer, search(_query(context), edition).numbers)
    text = "".join(csv_of_offers(offers, with_own_facts=bool(edition.overlaid)))
    return _download(text.encode(), "text/csv; charset=utf-8", "llmanac.csv")


def as_json(context: PageContext) -> Response:
    """A JSON file with the entries of the API."""
    listing = browse(context.edition, _query(context))
    return _download(CONTRACT.envelope(listing.entries, listing.length), CONTRACT.media_type, "llmanac.json")


def as_config(context: PageContext) -> Response:
    """The file that configures a client with these models. Raises NotFound for an unknown client."""
    config = CONFIG_BY_NAME.get(context.request.path_params["config"])
    if config is None:
        raise NotFound(f"There are configurations for {', '.join(CONFIG_BY_NAME)}.")
    made = ServedEdition(context.edition).config(config, _query(context))
    return _download(made.body, config.media_type, config.file_name)


def _query(context: PageContext) -> Query:
    """The query of the page, for all that it finds."""
    edition = context.edition
    return parse_view(context.fields)._replace(offset=0, limit=edition.size + len(edition.litellm_offers))


def _download(body: bytes, media_type: str, name: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
