"""``llmanac compare``: models side by side."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table
from llmanac.cli.output.terminal import put_json, say

app = typer.Typer()


@app.command()
@asks
def compare(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Two to six ids, as models.dev or LiteLLM spell them.")
    ],
    differing: Annotated[bool, typer.Option("--differing", help="Show only what differs.")] = False,
    as_json: AsJson = False,
    *,
    client: CatalogClient,
) -> None:
    answer = client.compare(ids)
    if as_json:
        put_json(answer)
        return
    rows = [row for row in answer["rows"] if row["differs"] or not differing]
    columns = (
        TableColumn(""),
        TableColumn("FACT"),
        *(TableColumn(model["id"], may_wrap=True) for model in answer["models"]),
    )
    put_table(
        columns,
        [_cells(row) for row in rows],
        emphasised=frozenset(place for place, row in enumerate(rows) if row["differs"]),
    )
    say("≠ differs, * the best. Prices are USD per million tokens.")


def _cells(row: Answer) -> tuple[str, ...]:
    values = (_shown(value) + (" *" if place in row["best"] else "") for place, value in enumerate(row["values"]))
    return ("≠" if row["differs"] else "", row["fact"], *values)


def _shown(value: Any) -> str:
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case list():
            return "; ".join(value) or UNKNOWN
        case _:
            return str(value)
