"""``llmanac changes``: lists what changed in the catalog."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.shared import AsJson, day
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put_json, say
from llmanac.history.change import ChangeKind, Difference
from llmanac.history.wording import summary

COLUMNS = (
    TableColumn("DAY"),
    TableColumn("KIND"),
    TableColumn("ID", may_wrap=True),
    TableColumn("WHAT", may_wrap=True),
)

Since = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="On this day or later.")]
Until = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="On this day or earlier.")]


app = typer.Typer()


@app.command()
@asks
def changes(
    since: Since = None,
    until: Until = None,
    kind: Annotated[list[ChangeKind] | None, typer.Option(help="Only these kinds; repeatable.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only changes at this host.")] = None,
    model: Annotated[
        str | None, typer.Option("--id", help="Only changes of this model; it may be a removed one.")
    ] = None,
    base: Annotated[str | None, typer.Option(help="Only changes of this base model, at all hosts.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Maximum number of changes to show.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="Continue from here: 'next' of the previous JSON.")] = None,
    as_json: AsJson = False,
    *,
    client: CatalogClient,
) -> None:
    parameters: dict[str, Any] = {
        "since": since,
        "until": until,
        "kind": [it.value for it in kind or ()],
        "provider": provider,
        "id": model,
        "base": base,
        "limit": limit,
        "cursor": cursor,
    }
    answer = client.changes({name: value for name, value in parameters.items() if value})
    if as_json:
        put_json(answer)
        return
    put_table(COLUMNS, [_row(it) for it in answer["changes"]])
    if answer["next"]:
        say(f"There are more: --limit, or --cursor {answer['next']}")


def _row(change: Answer) -> tuple[str, ...]:
    differences = [Difference(**it) for it in change["differences"]]
    words = summary(ChangeKind(change["kind"]), differences, previous=change["previous"])
    return change["at"][:10], change["kind"], change["id"], words
