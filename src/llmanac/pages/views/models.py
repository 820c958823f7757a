"""``/``: search, filters, sorting and the plot; the address is the view."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from starlette.responses import Response

from llmanac import paths
from llmanac.errors import InvalidParameters, InvalidRequest, LlmanacError
from llmanac.pages.drawing import formatting, labels, plot
from llmanac.pages.drawing.labels import Column
from llmanac.pages.query_form import BY_NAME, Fields, question
from llmanac.pages.site import PageContext
from llmanac.search import engine
from llmanac.search.facets import Count, FacetCounts
from llmanac.search.query import Query

PAGE = 50
"""Rows where the address names no ``limit``."""
PLOTTED = 150
"""The most points in a plot; those of the first matches."""
BAR_HEIGHT = 24
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


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar over a slider: what lies above ``value``, or below it, up to the next bar."""

    value: float
    height: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force, and the view without it."""

    label: str
    url: str


def show(visit: PageContext) -> Response:
    """The table of models."""
    fields = visit.fields
    complaint: LlmanacError | None = None
    try:
        query = ask(fields)
    except (InvalidParameters, InvalidRequest) as error:
        complaint, query = error, ask(fields.named(("query",)))
    template = "models_view.html" if visit.wants_part else "models.html"
    values = _values(visit, fields, query)
    return visit.render(template, status=complaint.code if complaint else 200, complaint=complaint, **values)


def ask(fields: Fields) -> Query:
    """The question of a view: an address that asks nothing asks for what people use now."""
    names = {name for name, _ in fields.pairs}
    return question(fields, limit=PAGE, featured=not names & set(BY_NAME) - {"sort", "limit"})


def _values(visit: PageContext, fields: Fields, query: Query) -> dict[str, Any]:
    edition = visit.edition
    page = engine.run(query, edition.index)
    offers = [edition.catalog.offers[number] for number in page.numbers]
    counts = edition.facets.count(query)
    return {
        "fields": fields,
        "query": query,
        "total": page.total,
        "offers": offers,
        "facets": counts,
        "context_bars": bars(counts.min_context, at_least=True),
        "context_steps": [it.value for it in counts.min_context],
        "price_bars": bars(counts.max_price, at_least=False),
        "price_steps": [it.value for it in counts.max_price],
        "headings": [_heading(column, query, fields) for column in COLUMNS],
        "capabilities": labels.IN_THE_TABLE,
        "capability_names": labels.CAPABILITIES,
        "sorted_by": labels.SORTS[query.sort],
        "chosen": list(_chosen(fields, query)),
        "nothing": _nothing(counts, fields),
        "plot": _plot(visit, query, wanted=fields.one("plot") or plot.FIRST),
        "plot_axes": plot.AXES,
        "providers": edition.catalog.providers,
        "FIRST_PLOT": plot.FIRST,
        "NO_PLOT": plot.NO_PLOT,
        "start": query.offset + 1,
        "end": query.offset + len(offers),
        "previous_url": fields.url(offset=max(0, query.offset - query.limit) or None) if query.offset else None,
        "next_url": fields.url(offset=query.offset + query.limit) if query.offset + len(offers) < page.total else None,
        "export": {kind: fields.url(f"/export.{kind}", offset=None, limit=None, plot=None) for kind in ("csv", "json")},
        "api_command": _command(visit, fields, query),
    }


def bars(counts: Sequence[Count], *, at_least: bool) -> list[Bar]:
    """How many lie between each step and the next, from counts of what is at least (or at most) so large.

    Of what lies before the first step, or behind the last, the counts don't tell: there the bar is flat.
    """
    numbers = [it.count for it in counts]
    neighbours = [*numbers[1:], 0] if at_least else [0, *numbers[:-1]]
    between = [max(0, number - other) for number, other in zip(numbers, neighbours, strict=True)]
    most = max(between, default=0) or 1
    drawn = [Bar(float(step.value), round(BAR_HEIGHT * it / most, 1)) for step, it in zip(counts, between, strict=True)]
    return [Bar(0.0, 0.0), *drawn] if at_least else [*drawn, Bar(inf, 0.0)]


def _heading(column: Column, query: Query, fields: Fields) -> Heading:
    is_current = query.sort is column.sort
    descends = not query.descending if is_current else column.descends_first
    order = ("descending" if query.descending else "ascending") if is_current else "none"
    sort = f"{'-' if descends else ''}{column.sort.value}"
    return Heading(column.label, fields.url(sort=sort, offset=None), order)


def _chosen(fields: Fields, query: Query) -> Sequence[Chosen]:
    chips = []
    if query.provider:
        chips.append((f"Host: {query.provider}", fields.url(provider=None, offset=None)))
    for name in query.capabilities:
        label = next((text for key, text in labels.CAPABILITIES.items() if key == name), name)
        others = [it for it in query.capabilities if it != name]
        chips.append((label, fields.url(capabilities=others, offset=None)))
    if query.open_weights is not None:
        label = "Open weights" if query.open_weights else "Closed weights"
        chips.append((label, fields.url(open_weights=None, offset=None)))
    for parameter, label in (("min_context", "Context from"), ("max_context", "Context up to")):
        if (bound := getattr(query, parameter)) is not None:
            chips.append((f"{label} {formatting.tokens(bound)}", fields.url("/", **{parameter: None}, offset=None)))
    for parameter, label in (("min_price", "Price from"), ("max_price", "Price up to")):
        if (bound := getattr(query, parameter)) is not None:
            chips.append((f"{label} ${bound:g}", fields.url("/", **{parameter: None}, offset=None)))
    return [Chosen(label, url) for label, url in chips]


def _nothing(counts: FacetCounts, fields: Fields) -> list[Chosen]:
    """The filters whose removal would find something."""
    if counts.nothing is None:
        return []
    found = []
    for removal in counts.nothing.filters:
        if removal.without:
            name, _, value = removal.filter.partition("=")
            gone = [f"min_{name}", f"max_{name}"] if name in ("context", "price") else [name]
            kept = [it for it in fields.all("capabilities") if it.lower() != value]
            changes = dict.fromkeys(gone, kept if value else None)
            label = value.replace("_", " ") if value else name.replace("_", " ")
            offers = "1 offer" if removal.without == 1 else f"{removal.without:,} offers"
            found.append(Chosen(f"Without the filter “{label}”: {offers}", fields.url("/", **changes, offset=None)))
    return found


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
    path = fields.named(BY_NAME).url(paths.CATALOG, **changes)
    address = shlex.quote(f"{str(visit.request.base_url).rstrip('/')}{path}")
    return f'curl -H "Authorization: Bearer $LLMANAC_TOKEN" {address}'
