"""``llmanac alternatives``: lists what could take a model's place."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.commands.estimate import count, instant, share
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.money import money
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table, size
from llmanac.cli.output.terminal import Exit, put, put_json, say

COLUMNS = (
    TableColumn("DISTANCE", is_number=True),
    TableColumn("ID", may_wrap=True),
    TableColumn("USD", is_number=True),
    TableColumn("TIMES", is_number=True),
    TableColumn("CONTEXT", is_number=True, is_extra=True),
    TableColumn("LACKS", may_wrap=True, is_extra=True),
    TableColumn("HAS MORE", may_wrap=True, is_extra=True),
)
EXAMPLES = """
Examples:

llmanac alternatives gpt-5.5

llmanac alternatives claude-3-opus-20240229 -i 300k --cache-read 250k -o 2k -n 1000

llmanac alternatives openai/text-embedding-3-small --open-weights --max-price 0.1
"""


def _tokens(*flags: str, of: str) -> Any:
    return typer.Option(*flags, parser=count, metavar="TOKENS", help=of)


app = typer.Typer()


@app.command(epilog=EXAMPLES)
@asks
@filtered()
def alternatives(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The model, in any spelling; it may be listed no more.")],
    input_: Annotated[Any, _tokens("--input", "-i", of="The whole prompt of a request, with what is cached.")] = None,
    output: Annotated[Any, _tokens("--output", "-o", of="Everything that is made, with reasoning.")] = None,
    cache_read: Annotated[Any, _tokens("--cache-read", of="Of the input: read from a cache.")] = None,
    cache_write: Annotated[Any, _tokens("--cache-write", of="Of the input: written to a cache for minutes.")] = None,
    reasoning: Annotated[Any, _tokens("--reasoning", of="Of the output: reasoning.")] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", "-n", min=1, max=10**9, help="How many such requests.")
    ] = None,
    batch_share: Annotated[
        Any,
        typer.Option(parser=share, metavar="SHARE", help="The part of them that can wait for a batch: 0.25 or 25%."),
    ] = None,
    service: Annotated[str | None, typer.Option(help="How the others are served: flex, priority, fast, …")] = None,
    at: Annotated[
        Any,
        typer.Option(
            parser=instant, metavar="TIME", help="When they are made, in UTC, such as 2026-11-27T02:00; by default now."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Maximum number of hosts, and of models, to show.")] = 10,
    as_json: AsJson = False,
    *,
    filters: Filters,
    client: CatalogClient,
) -> None:
    workload = {
        "input": input_,
        "output": output,
        "cache_read": cache_read,
        "cache_write": cache_write,
        "reasoning": reasoning,
        "requests": requests,
        "batch_share": None if batch_share is None else float(batch_share),
        "service": service,
        "at": None if at is None else at.isoformat(),
    }
    given = {name: value for name, value in workload.items() if value is not None}
    answer = client.alternatives(id_, {**filters, **given, "limit": limit})
    if as_json:
        put_json(answer)
    else:
        _put(answer)
    if not answer["total_models"] and not answer["total_hosts"]:
        say("Nothing could take its place.")
        raise typer.Exit(Exit.NOT_FOUND)


def _put(answer: Answer) -> None:
    model, work = answer["model"], answer["workload"]
    if answer["note"]:
        say(answer["note"])
    if answer["models"]:
        put_table(COLUMNS, map(_cells, answer["models"]))
        say(f"{len(answer['models'])} of {answer['total_models']:,} other models, the closest first.")
    if answer["hosts"]:
        put(f"\n{model['base']} at other hosts:")
        put_table(COLUMNS, map(_cells, answer["hosts"]))
        say(f"{len(answer['hosts'])} of {answer['total_hosts']:,} other hosts, the cheapest first.")
    tokens = ", ".join(f"{number:,} {kind}" for kind, number in work["tokens"].items() if number)
    cost = "an unknown amount" if model["total"] is None else f"{money(Decimal(model['total']))} USD"
    say(f"{work['requests']:,} requests of {tokens} tokens cost {cost} with {model['id']}.")
    if model["successor"]:
        say(f"Its successor is {model['successor']}.")


def _cells(it: Answer) -> tuple[str, ...]:
    return (
        UNKNOWN if it["distance"] is None else str(it["distance"]),
        it["id"],
        UNKNOWN if it["total"] is None else money(Decimal(it["total"])),
        UNKNOWN if it["cost_ratio"] is None else f"{it['cost_ratio']:g}",
        UNKNOWN if it["context"] is None else size(it["context"]),
        ", ".join(it["lacks"]),
        ", ".join(it["more"]),
    )
