"""``llmanac estimate``: works out what a workload costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.options.shared import AsJson
from llmanac.cli.output.money import money
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table, size
from llmanac.cli.output.terminal import Exit, put, put_json, say
from llmanac.errors import InvalidRequest
from llmanac.service.offers.workload import BUDGETS, is_budget

RANKING = (
    TableColumn("", is_number=True),
    TableColumn("ID", may_wrap=True),
    TableColumn("USD", is_number=True),
    TableColumn("USD/REQUEST", is_number=True, is_extra=True),
    TableColumn("NOTE", may_wrap=True, is_extra=True),
)
FOR_BUDGET = TableColumn("REQUESTS FOR BUDGET", is_number=True)
FORMULA = (
    TableColumn("TOKENS"),
    TableColumn("SERVICE"),
    TableColumn("QUANTITY", is_number=True),
    TableColumn("$/M", is_number=True),
    TableColumn("USD", is_number=True),
    TableColumn("CHARGED AS", may_wrap=True),
)
UNITS = {"": 0, "k": 3, "m": 6}
QUANTITY = re.compile(r"(\d+(?:[.]\d+)?)([kKmM]?)")


def count(text: str) -> int:
    """Parse a number of tokens: 1500, 300k, 1.5M. Raises BadParameter."""
    match = QUANTITY.fullmatch(text.replace(",", "").replace("_", ""))
    number = Decimal(match[1]).scaleb(UNITS[match[2].lower()]) if match else None
    if number is None or number != number.to_integral_value():
        raise typer.BadParameter(f"{text!r} is not a number of tokens such as 1500, 300k or 1.5M.")
    return int(number)


def share(text: str) -> Decimal:
    """Parse a share between 0 and 1: 0.25 or 25%. Raises BadParameter."""
    try:
        number = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a share such as 0.25 or 25%.") from None
    if not 0 <= number <= 1:
        raise typer.BadParameter(f"{text!r} is not between 0 and 1.")
    return number


def instant(text: str) -> datetime:
    """Parse a time; without an offset it is in UTC. Raises BadParameter."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time such as 2026-11-27T02:00.") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def usd(text: str) -> Decimal:
    """Parse a sum of money above 0: 500 or 0.25. Raises BadParameter."""
    try:
        number = Decimal(text.removeprefix("$").replace(",", "").replace("_", ""))
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a sum such as 500 or 0.25.") from None
    if not is_budget(number):
        raise typer.BadParameter(f"{text!r} is not {BUDGETS}.")
    return number


def _tokens(flag: str, help_: str, short: str | None = None) -> Any:
    flags = [flag, short] if short else [flag]
    return typer.Option(*flags, parser=count, metavar="TOKENS", help=help_)


app = typer.Typer()


@app.command()
@asks
@filtered()
def estimate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Models; without any, all that pass the filters are ranked."),
    ] = None,
    input_: Annotated[Any, _tokens("--input", "The whole prompt, with what is cached and what is audio.", "-i")] = "0",
    output: Annotated[Any, _tokens("--output", "Everything that is made, with reasoning and audio.", "-o")] = "0",
    cache_read: Annotated[Any, _tokens("--cache-read", "Of the input: read from a cache.")] = "0",
    cache_write: Annotated[Any, _tokens("--cache-write", "Of the input: written to a cache for minutes.")] = "0",
    cache_write_1h: Annotated[Any, _tokens("--cache-write-1h", "Of the input: written to a cache for an hour.")] = "0",
    cache_write_12h: Annotated[
        Any, _tokens("--cache-write-12h", "Of the input: written to a cache for twelve hours or longer.")
    ] = "0",
    input_audio: Annotated[Any, _tokens("--input-audio", "Of the input: audio.")] = "0",
    input_image: Annotated[Any, _tokens("--input-image", "Of the input: images.")] = "0",
    reasoning: Annotated[Any, _tokens("--reasoning", "Of the output: reasoning.")] = "0",
    output_audio: Annotated[Any, _tokens("--output-audio", "Of the output: audio.")] = "0",
    output_image: Annotated[Any, _tokens("--output-image", "Of the output: images.")] = "0",
    requests: Annotated[int, typer.Option("--requests", "-n", min=1, max=10**9, help="How many such requests.")] = 1,
    batch_share: Annotated[
        Any,
        typer.Option(parser=share, metavar="SHARE", help="The part of them that can wait for a batch: 0.25 or 25%."),
    ] = "0",
    service: Annotated[str, typer.Option(help="How the others are served: flex, priority, fast, …")] = "standard",
    at: Annotated[
        Any,
        typer.Option(
            parser=instant, metavar="TIME", help="When they are made, in UTC, such as 2026-11-27T02:00; by default now."
        ),
    ] = None,
    budget: Annotated[
        Any,
        typer.Option(parser=usd, metavar="USD", help="Say how many such requests this budget pays for: 500 or 0.25."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Maximum number of models to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Number of models to skip.")] = 0,
    as_json: AsJson = False,
    *,
    filters: Filters,
    client: CatalogClient,
) -> None:
    day = filters.pop("as_of", None)
    if ids and filters:
        raise InvalidRequest(f"Give ids or filters ({', '.join(filters)}), not both.")
    tokens = {
        "input": input_,
        "cache_read": cache_read,
        "cache_write": cache_write,
        "cache_write_1h": cache_write_1h,
        "cache_write_12h": cache_write_12h,
        "input_audio": input_audio,
        "input_image": input_image,
        "output": output,
        "reasoning": reasoning,
        "output_audio": output_audio,
        "output_image": output_image,
    }
    if not any(tokens.values()):
        raise InvalidRequest("Nothing is to be done: give --input or --output, such as --input 300k --output 2k.")
    question: dict[str, Any] = {
        "tokens": {kind: number for kind, number in tokens.items() if number},
        "requests": requests,
        "batch_share": str(batch_share),
        "service": service,
        "limit": limit,
        "offset": offset,
    }
    question |= {"models": ids} if ids else {"filter": filters}
    question |= {"as_of": day} if day else {}
    question |= {"at": at.isoformat()} if at else {}
    question |= {"budget": f"{budget:f}"} if budget else {}
    _show(client.estimate(question), as_json=as_json, requests=requests, offset=offset)


def _show(answer: Answer, *, as_json: bool, requests: int, offset: int) -> None:
    if as_json:
        put_json(answer)
    elif answer["total"] == 1:
        _put_formula(answer["models"][0])
    elif answer["models"]:
        columns = RANKING if answer["models"][0]["budget"] is None else (*RANKING[:-1], FOR_BUDGET, RANKING[-1])
        put_table(columns, [_rank(place, it, requests) for place, it in enumerate(answer["models"], offset + 1)])
        shown = offset + len(answer["models"])
        say(f"{shown:,} of {answer['total']:,}, of which {answer['priced']:,} have a known price.")
    if not answer["total"]:
        say("No model passes these filters.")
        raise typer.Exit(Exit.NOT_FOUND)


def _rank(place: int, estimate: Answer, requests: int) -> tuple[str, ...]:
    total = estimate["total"]
    note = estimate["reason"] or ", ".join(it["code"].replace("_", " ") for it in estimate["warnings"])
    each = UNKNOWN if total is None else money(Decimal(total) / requests)
    budget = () if estimate["budget"] is None else (_paid_for(estimate["budget"]),)
    return (str(place), estimate["id"], UNKNOWN if total is None else money(Decimal(total)), each, *budget, note)


def _paid_for(budget: Answer) -> str:
    """The number of requests that a budget pays for, as text."""
    if budget["unlimited"]:
        return "unlimited"
    return UNKNOWN if budget["requests"] is None else f"{budget['requests']:,}"


def _put_formula(estimate: Answer) -> None:
    put_table(FORMULA, [_line(line) for line in estimate["lines"]])
    if estimate["total"] is None:
        say(f"{estimate['id']}: {estimate['reason']}")
    else:
        put(f"\n{estimate['id']}: {estimate['total']} USD")
        if (budget := estimate["budget"]) is not None:
            put(f"{budget['budget']} USD pay for {_paid_for(budget)} such requests.")
    for fee in estimate["fees"]:
        put(f"Of it {fee['amount']} USD for the fee of each {fee['unit']}: {fee['price']} USD.")
    for warning in estimate["warnings"]:
        say(warning["detail"])
    if estimate["not_counted"]:
        say(f"Not counted: {', '.join(map(_fee, estimate['not_counted']))}.")


def _line(line: Answer) -> tuple[str, ...]:
    charged = [] if line["rate_of"] in (line["kind"], None) else [line["rate_of"]]
    if line["rate_service"] not in (line["service"], None):
        charged.append(f"{line['rate_service']} service")
    if line["above"] is not None:
        charged.append(f"context above {size(line['above'])}")
    if line["hours"] is not None:
        charged.append(f"{line['hours'].replace('_', '-')} hours")
    return (
        line["kind"],
        line["service"],
        f"{Decimal(line['tokens']):,f}",
        line["rate"] or UNKNOWN,
        line["amount"] or UNKNOWN,
        ", ".join(charged),
    )


def _fee(fee: Answer) -> str:
    unit = "times in some regions" if fee["unit"] == "factor" else f"USD per {fee['unit']}"
    return f"{fee['name']} ({fee['price']} {unit})"
