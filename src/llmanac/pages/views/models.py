"""``/``: search, filters, sorting and the plot; the address is the view."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from llmanac import paths
from llmanac.errors import InvalidParameters, InvalidRequest, LlmanacError
from llmanac.pages.drawing import labels, plot
from llmanac.pages.drawing.labels import Column
from llmanac.pages.query_form import Fields, parse
from llmanac.pages.site import PageContext
from llmanac.pages.views.filter_form import chips, filter_fields, removal_chips
from llmanac.search import engine
from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA
from llmanac.service.editions.edition import Edition

PAGE = 50
"""Rows where the address names no ``limit``."""
PLOTTED = 150
"""The most points in a plot; those of the first matches."""
COLUMNS = (
    labels.NAME,
    labels.CONTEXT,
    labels.INPUT_PRICE,
    labels.OUTPUT_PRICE,
    labels.RELEASED,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column that can be sorted by."""

    label: str
    url: str
    order: str
    """``ascending``, ``descending`` or ``none``, as ``aria-sort`` has it."""


def show(visit: PageContext) -> Response:
    """The table of models."""
    fields = visit.fields
    complaint: LlmanacError | None = None
    try:
        query = parse_view(fields)
    except (InvalidParameters, InvalidRequest) as error:
        complaint, query = error, parse_view(fields.named(("query",)))
    template = "models_view.html" if visit.wants_part else "models.html"
    values = _values(visit, fields, query)
    return visit.render(template, status=complaint.code if complaint else 200, complaint=complaint, **values)


def parse_view(fields: Fields) -> Query:
    """The Query of a view: an address that asks nothing asks for what people use now."""
    names = {name for name, _ in fields.pairs}
    return parse(fields, limit=PAGE, featured=not names & SCHEMA.by_name.keys() - {"sort", "limit"})


def _values(visit: PageContext, fields: Fields, query: Query) -> dict[str, Any]:
    edition = visit.edition
    page = engine.run(query, edition.index)
    offers = [edition.catalog.offers[number] for number in page.numbers]
    counts = edition.services.facets.count(query)
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
        "plot": _plot(visit, query, wanted=fields.one("plot") or plot.FIRST),
        "plot_axes": plot.AXES,
        "FIRST_PLOT": plot.FIRST,
        "NO_PLOT": plot.NO_PLOT,
        "start": query.offset + 1,
        "end": query.offset + len(offers),
        "previous_url": fields.url(offset=max(0, query.offset - query.limit) or None) if query.offset else None,
        "next_url": fields.url(offset=query.offset + query.limit) if query.offset + len(offers) < page.total else None,
        "export": {kind: fields.url(f"/export.{kind}", offset=None, limit=None, plot=None) for kind in ("csv", "json")},
        "api_command": _command(visit, fields, query),
    }


def _hosts(edition: Edition) -> Mapping[str, str]:
    """By id, what providers are called."""
    return {id_: provider.name for id_, provider in edition.catalog.providers.items() if provider.name}


def _heading(column: Column, query: Query, fields: Fields) -> Heading:
    is_current = query.sort is column.sort
    descends = not query.descending if is_current else column.descends_first
    order = ("descending" if query.descending else "ascending") if is_current else "none"
    sort = f"{'-' if descends else ''}{column.sort.value}"
    return Heading(column.label, fields.url(sort=sort, offset=None), order)


def _plot(visit: PageContext, query: Query, *, wanted: str) -> plot.Plot | None:
    if wanted not in plot.AXES:
        return None
    first = engine.run(query._replace(offset=0, limit=PLOTTED), visit.edition.index)
    return plot.draw((visit.edition.catalog.offers[number] for number in first.numbers), plot.AXES[wanted])


def _command(visit: PageContext, fields: Fields, query: Query) -> str:
    """How a program asks the same."""
    changes: dict[str, object] = {"featured": True if query.featured else None}
    if fields.one("limit") is None:
        changes["limit"] = query.limit
    path = fields.named(SCHEMA.by_name).url(paths.CATALOG, **changes)
    address = shlex.quote(f"{str(visit.request.base_url).rstrip('/')}{path}")
    return f'curl -H "Authorization: Bearer $LLMANAC_TOKEN" {address}'
