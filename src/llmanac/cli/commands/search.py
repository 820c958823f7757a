"""``llmanac search``: finds models by words and filters."""

from __future__ import annotations

from typing import Annotated

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.tables import UNKNOWN, TableColumn, price, put_table, size
from llmanac.cli.output.terminal import Exit, put_json, say
from llmanac.search.query.schema import PRESENTATION, SCHEMA

COLUMNS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("CONTEXT", is_number=True),
    TableColumn("IN $/M", is_number=True),
    TableColumn("OUT $/M", is_number=True),
    TableColumn("RELEASED", is_extra=True),
    TableColumn("CAPABILITIES", may_wrap=True, is_extra=True),
)

app = typer.Typer()


@app.command()
@asks
@filtered(without=frozenset({"query"}), paged=True)
def search(
    query: Annotated[
        list[str] | None, typer.Argument(help="Words of an id or a name; typing errors are forgiven.")
    ] = None,
    as_json: AsJson = False,
    *,
    filters: Filters,
    client: CatalogClient,
) -> None:
    words = SCHEMA.read([("query", " ".join(query))]) if query else {}
    parameters = {**filters, **words}
    page = client.browse(parameters)
    if as_json:
        put_json(page)
    elif page["models"]:
        put_table(COLUMNS, [_row(entry) for entry in page["models"]])
        _say_remaining(page, parameters)
    if not page["total"]:
        say(explain(client.facets({name: value for name, value in parameters.items() if name not in PRESENTATION})))
        raise typer.Exit(Exit.NOT_FOUND)


def explain(facets: Answer) -> str:
    """Explain why nothing was found, and which changes to the query would find something."""
    nothing = facets["nothing"]
    if nothing is None:
        return "Nothing is on this page."
    if not nothing["matching_text"]:
        return "Nothing reads like this."
    lines = [f"Nothing matches all of this; the words alone match {nothing['matching_text']:,}."]
    for removal in nothing["filters"]:
        line = f"  Without the filter on {removal['filter']}: {removal['without']:,}."
        if removal["nearest"]:
            line += f" There is {', '.join(removal['nearest'])}."
        lines.append(line)
    if nothing["nearest"]:
        lines.append(f"  Nearest: {', '.join(nothing['nearest'])}")
    return "\n".join(lines)


def _row(entry: Answer) -> tuple[str, ...]:
    cost, limits = entry["cost"] or {}, entry["limits"] or {}
    deprecated = f" ({entry['status']})" if entry["status"] else ""
    return (
        entry["id"] + deprecated,
        size(limits.get("context")),
        price(cost.get("input")),
        price(cost.get("output")),
        entry["release_date"] or UNKNOWN,
        ", ".join(entry["capabilities"]),
    )


def _say_remaining(page: Answer, parameters: Filters) -> None:
    shown = parameters.get("offset", 0) + len(page["models"])
    if shown < page["total"]:
        say(f"{shown:,} of {page['total']:,}; --offset {shown} shows more.")
