"""``llmanac conflicts``: lists where the sources disagree."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put_json, say
from llmanac.ingest.merge.conflicts.causes import Cause

COLUMNS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("FIELD"),
    TableColumn("SERVED", is_number=True),
    TableColumn("OTHERWISE", is_number=True),
    TableColumn("RATIO", is_number=True),
    TableColumn("LIKELY CAUSE"),
)


app = typer.Typer()


@app.command()
@asks
def conflicts(
    provider: Annotated[str | None, typer.Option(help="Only conflicts at this host.")] = None,
    model: Annotated[str | None, typer.Option("--id", help="Only conflicts of this model, in either spelling.")] = None,
    base: Annotated[str | None, typer.Option(help="Only conflicts of this base model, at all hosts.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Only these fields, such as input; repeatable.")] = None,
    cause: Annotated[list[Cause] | None, typer.Option(help="Only these causes; repeatable.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Maximum number of conflicts to show.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="Number of conflicts to skip.")] = 0,
    as_json: AsJson = False,
    *,
    client: CatalogClient,
) -> None:
    parameters: dict[str, Any] = {
        "provider": provider,
        "id": model,
        "base": base,
        "field": field or [],
        "cause": [it.value for it in cause or ()],
    }
    chosen = {name: value for name, value in parameters.items() if value} | {"limit": limit, "offset": offset}
    answer = client.conflicts(chosen)
    if as_json:
        put_json(answer)
        return
    put_table(COLUMNS, [_row(it) for it in answer["conflicts"]])
    causes = ", ".join(f"{name} {count:,}" for name, count in answer["causes"].items())
    say(f"{len(answer['conflicts']):,} of {answer['total']:,}; {causes}" if causes else "The sources agree.")


def _row(conflict: Answer) -> tuple[str, ...]:
    ratio = conflict["ratio"]
    return (
        conflict["id"],
        conflict["field"],
        *(f"{claim['value']:,} {claim['source']}" for claim in conflict["claims"]),
        "" if ratio is None else f"{ratio:g}",
        conflict["cause"],
    )
