"""``llmanac price``: works out what was used, from the logs of it."""

from __future__ import annotations

import csv
import sys
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.shared import AsJson, day
from llmanac.cli.output.figures import money, number_of
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table
from llmanac.cli.output.terminal import Exit, put, put_json, say
from llmanac.domain.usage import TokenKind
from llmanac.errors import InvalidRequest
from llmanac.service.offers.csv_export import cell

EXAMPLES = """\
A log is lines of JSON, each with a model, a time and the usage as the vendor's API returns it (OpenAI, Anthropic,
Gemini, Bedrock, DeepSeek, OpenRouter, LiteLLM's spend logs); a session file of Claude Code or Codex; or an export of
Langfuse's or OpenRouter's as CSV. Examples:

llmanac price usage.jsonl

llmanac price --by model,day spend-2026-10.jsonl.gz

llmanac price --by day,gitBranch ~/.claude/projects/*/*.jsonl

llmanac price --instead gpt-5.6-terra - < usage.jsonl
"""
SHOWN = (("INPUT", TokenKind.INPUT), ("CACHED", TokenKind.CACHE_READ), ("OUTPUT", TokenKind.OUTPUT))
LISTED = 10
"""Lines that are not priced, which the table is followed by."""

app = typer.Typer()


@app.command(epilog=EXAMPLES)
@asks
def price(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Logs; - is standard input.")],
    by: Annotated[
        str,
        typer.Option(
            help="Fields to total by, with commas between: model, day, month, provider, service, shape, file, or any "
            "field of the lines, such as user or metadata.team."
        ),
    ] = "model",
    instead: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Price the same usage at this model, too, as of now.")
    ] = None,
    as_of: Annotated[
        Any,
        typer.Option(
            parser=day, metavar="YYYY-MM-DD", help="Price all requests as of this day, whenever they were made."
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="The time zone of times that state none, such as UTC or Europe/Berlin."),
    ] = None,
    listed: Annotated[
        int, typer.Option(min=0, max=1000, help="Maximum number of lines to list that are not priced.")
    ] = LISTED,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything is not priced.")] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the totals as CSV.")] = False,
    *,
    client: CatalogClient,
) -> None:
    if as_json and as_csv:
        raise InvalidRequest("--json and --csv do not go together.")
    bill = client.price(files, _question(by, instead=instead, as_of=as_of, timezone=timezone, listed=listed))
    if as_json:
        put_json(bill)
    elif as_csv:
        _put_csv(bill)
    else:
        _put_tables(bill)
    if not as_json:
        _say_the_rest(bill)
    if not bill["priced"]:
        raise typer.Exit(Exit.NOT_FOUND)
    if strict and bill["not_priced"]:
        raise typer.Exit(Exit.FAILED)


def _question(by: str, *, instead: str | None, as_of: date | None, timezone: str | None, listed: int) -> dict[str, Any]:
    """The parameters of the endpoint."""
    fields = [name.strip() for name in by.split(",")]
    given = {"instead": instead, "as_of": as_of, "timezone": timezone}
    return {"by": fields, "listed": listed} | {name: value for name, value in given.items() if value is not None}


def _put_tables(bill: Answer) -> None:
    if not bill["groups"]:
        return
    is_compared = bill["instead"] is not None
    columns = [
        *(TableColumn(name.upper(), may_wrap=True) for name in bill["by"]),
        TableColumn("REQUESTS", is_number=True),
        *(TableColumn(heading, is_number=True, is_extra=True) for heading, _ in SHOWN),
        TableColumn("USD", is_number=True),
        *((TableColumn("USD INSTEAD", is_number=True),) if is_compared else ()),
    ]
    put_table(columns, [_row(group, is_compared=is_compared) for group in bill["groups"]])
    put(f"\n{bill['total']} USD for {number_of(bill['priced'], 'request')}{_whose(bill)}.")
    if is_compared:
        instead = bill["instead"]
        if instead["total"] is None:
            say(f"At {instead['id']}, the price of {instead['not_priced']:,} of them is unknown: {instead['reason']}")
        else:
            put(f"{instead['total']} USD at {instead['id']}, by its price of {bill['as_of'] or 'now'}.")


def _whose(bill: Answer) -> str:
    return f" as of {bill['as_of']}" if bill["as_of"] else ", each as of its day"


def _row(group: Answer, *, is_compared: bool) -> list[str]:
    tokens = [f"{group['tokens'].get(kind.value, 0):,}" for _, kind in SHOWN]
    values = [UNKNOWN if value is None else value for value in group["by"].values()]
    row = [*values, f"{group['requests']:,}", *tokens, _usd(group["total"])]
    return [*row, _usd(group["instead"])] if is_compared else row


def _usd(amount: str | None) -> str:
    return UNKNOWN if amount is None else money(Decimal(amount))


def _put_csv(bill: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*bill["by"], "requests", *(f"{kind.value}_tokens" for kind in TokenKind), "usd", "usd_instead"])
    for group in bill["groups"]:
        tokens = [group["tokens"].get(kind.value, 0) for kind in TokenKind]
        writer.writerow(
            [*map(cell, group["by"].values()), group["requests"], *tokens, group["total"], group["instead"] or ""]
        )


def _say_the_rest(bill: Answer) -> None:
    """What the totals leave out."""
    if bill["not_counted"]:
        uses = ", ".join(f"{it['quantity']:,} {it['name']}" for it in bill["not_counted"])
        say(f"Not counted: {uses}.")
    if bill["skipped"]:
        others = bill["skipped"] - bill["repeated"]
        say(f"Passed over: {others:,} without usage, and {bill['repeated']:,} that repeat a request.")
    if not bill["lines"]:
        say("There is nothing to price: no line, or only blank ones.")
    if bill["not_priced"]:
        reasons = ", ".join(f"{it['reason'].replace('_', ' ')} {it['lines']:,}" for it in bill["reasons"])
        say(f"Not priced: {bill['not_priced']:,} of {number_of(bill['lines'], 'line')} ({reasons}).")
    for it in bill["listed"]:
        place = f"{it['file']}:{it['line']}" if it["file"] else f"line {it['line']}"
        say(f"  {place}: {it['detail']}")
