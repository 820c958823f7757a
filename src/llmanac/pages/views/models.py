"""``/``: search, filters, sorting and the plot; the URL holds all state of the view."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from llmanac import paths
from llmanac.dialects.configs.table import CONFIGS
from llmanac.errors import InvalidParameters, InvalidRequest, LlmanacError
from llmanac.pages.drawing import labels, plot
from llmanac.pages.drawing.labels import Column
from llmanac.pages.forms.query_form import Fields, parse
from llmanac.pages.site import PageContext
from llmanac.pages.views.filter_form import chips, filter_fields, removal_chips
from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import count_facets, search

PAGE_SIZE = 50
"""Default number of rows."""
PLOTTED = 150
"""The largest number of points in a plot; the first matches are drawn."""
COLUMNS = (
    labels.NAME,
    labels.CONTEXT,
    labels.INPUT_PRICE,
    labels.OUTPUT_PRICE,
    labels.RELEASED,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sortable column."""

    label: str
    url: str
    order: str
    """``ascending``, ``descending`` or ``none``: the value of ``aria-sort``."""


def show(context: PageContext) -> Response:
    """The page with the table of models, or its changing part for htmx."""
    fields = context.fields
    complaint: LlmanacError | None = None
    try:
        query = parse_view(fields)
    except (InvalidParameters, InvalidRequest) as error:
        complaint, query = error, parse_view(fields.named(("query",)))
    template = "models_view.html" if context.wants_part else "models.html"
    values = _values(context, fields, query)
    return context.render(template, status=complaint.code if complaint else 200, complaint=complaint, **values)


def parse_view(fields: Fields) -> Query:
    """The Query of a view; a URL without parameters shows the featured models."""
    names = {name for name, _ in fields.pairs}
    return parse(fields, limit=PAGE_SIZE, featured=not names & SCHEMA.by_name.keys() - {"sort", "limit"})


def _values(context: PageContext, fields: Fields, query: Query) -> dict[str, Any]:
    edition = context.edition
    page = search(query, edition)
    offers = [edition.catalog.offer(number) for number in page.numbers]
    counts = count_facets(query, edition)
    return {
        "fields": fields,
        "query": query,
        "total": page.total,
        "offers": offers,
        "filter_fields": filter_fields(counts, query, fields=fields, names={"provider": _hosts(edition)}),
        "headings": [_heading(column, query, fields) for column in COLUMNS],
        "capabilities": labels.IN_THE_TABLE,
        "sorted_by": labels.SORTS[query.sort],
        "chosen": chips(query, fields),
        "nothing": removal_chips(counts, fields),
        "plot": _plot(context, query, wanted=fields.one("plot") or plot.FIRST),
        "plot_axes": plot.AXES,
        "FIRST_PLOT": plot.FIRST,
        "NO_PLOT": plot.NO_PLOT,
        "start": query.offset + 1,
        "end": query.offset + len(offers),
        "previous_url": fields.url(offset=max(0, query.offset - query.limit) or None) if query.offset else None,
        "next_url": fields.url(offset=query.offset + query.limit) if query.offset + len(offers) < page.total else None,
        "export": {kind: _all_of(fields, f"/export.{kind}") for kind in ("csv", "json")},
        "configs": {it.client: _all_of(fields, f"/export/{it.name}") for it in CONFIGS},
        "api_command": _command(context, fields, query),
    }


def _all_of(fields: Fields, path: str) -> str:
    """The URL at which all that the view finds is downloaded."""
    return fields.url(path, offset=None, limit=None, plot=None)


def _hosts(edition: Edition) -> Mapping[str, str]:
    """The names of providers by id."""
    return {id_: provider.name for id_, provider in edition.catalog.providers.items() if provider.name}


def _heading(column: Column, query: Query, fields: Fields) -> Heading:
    is_current = query.sort is column.sort
    descends = not query.descending if is_current else column.descends_first
    order = ("descending" if query.descending else "ascending") if is_current else "none"
    sort = f"{'-' if descends else ''}{column.sort.value}"
    return Heading(column.label, fields.url(sort=sort, offset=None), order)


def _plot(context: PageContext, query: Query, *, wanted: str) -> plot.Plot | None:
    if wanted not in plot.AXES:
        return None
    first = search(query._replace(offset=0, limit=PLOTTED), context.edition)
    return plot.draw((context.edition.catalog.offer(number) for number in first.numbers), plot.AXES[wanted])


def _command(context: PageContext, fields: Fields, query: Query) -> str:
    """The curl command of the same query at the API."""
    changes: dict[str, object] = {"featured": True if query.featured else None}
    if fields.one("limit") is None:
        changes["limit"] = query.limit
    path = fields.named(SCHEMA.by_name).url(paths.CATALOG, **changes)
    url = shlex.quote(f"{str(context.request.base_url).rstrip('/')}{path}")
    return f'curl -H "Authorization: Bearer $LLMANAC_TOKEN" {url}'
