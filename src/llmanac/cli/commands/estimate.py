"""``llmanac estimate``: works out what a workload costs."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import Answer, CatalogClient
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.options.shared import AsJson
from llmanac.cli.options.workload import (
    At,
    BatchShare,
    CacheReadTokens,
    CacheWrite1hTokens,
    CacheWrite12hTokens,
    CacheWriteTokens,
    InputAudioTokens,
    InputImageTokens,
    InputTokens,
    OutputAudioTokens,
    OutputImageTokens,
    OutputTokens,
    ReasoningTokens,
)
from llmanac.cli.output.money import money
from llmanac.cli.output.tables import UNKNOWN, TableColumn, put_table, size
from llmanac.cli.output.terminal import Exit, put, put_json, say
from llmanac.errors import InvalidRequest
from llmanac.service.offers.workload import BUDGETS, MAX_REQUESTS, is_budget

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


def usd(text: str) -> Decimal:
    """Parse a sum of money above 0: 500 or 0.25. Raises BadParameter."""
    try:
        number = Decimal(text.removeprefix("$").replace(",", "").replace("_", ""))
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a sum such as 500 or 0.25.") from None
    if not is_budget(number):
        raise typer.BadParameter(f"{text!r} is not {BUDGETS}.")
    return number


app = typer.Typer()


@app.command()
@asks
@filtered()
def estimate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Models; without any, all that pass the filters are ranked."),
    ] = None,
    input_: InputTokens = "0",
    output: OutputTokens = "0",
    cache_read: CacheReadTokens = "0",
    cache_write: CacheWriteTokens = "0",
    cache_write_1h: CacheWrite1hTokens = "0",
    cache_write_12h: CacheWrite12hTokens = "0",
    input_audio: InputAudioTokens = "0",
    input_image: InputImageTokens = "0",
    reasoning: ReasoningTokens = "0",
    output_audio: OutputAudioTokens = "0",
    output_image: OutputImageTokens = "0",
    requests: Annotated[
        int, typer.Option("--requests", "-n", min=1, max=MAX_REQUESTS, help="How many such requests.")
    ] = 1,
    batch_share: BatchShare = "0",
    service: Annotated[str, typer.Option(help="How the others are served: flex, priority, fast, …")] = "standard",
    at: At = None,
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
