"""``llmanac alternatives``: lists what could take a model's place."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

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
from llmanac.service.offers.workload import MAX_REQUESTS

HOSTS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("USD", is_number=True),
    TableColumn("TIMES", is_number=True),
    TableColumn("CONTEXT", is_number=True, is_extra=True),
    TableColumn("LACKS", may_wrap=True, is_extra=True),
    TableColumn("HAS MORE", may_wrap=True, is_extra=True),
)
MODELS = (TableColumn("DISTANCE", is_number=True), *HOSTS)
EXAMPLES = """\
An alternative is of the same kind, has at least the same media, capabilities and context, the same region, and no end
that is near. Examples:

llmanac alternatives gpt-5.5

llmanac alternatives claude-3-opus-20240229 -i 300k --cache-read 250k -o 2k -n 1000

llmanac alternatives groq/llama-3.3-70b-versatile --provider groq --open-weights
"""

app = typer.Typer()


@app.command(epilog=EXAMPLES)
@asks
@filtered()
def alternatives(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The model, in any spelling; it may be listed no more.")],
    input_: InputTokens = None,
    output: OutputTokens = None,
    cache_read: CacheReadTokens = None,
    cache_write: CacheWriteTokens = None,
    cache_write_1h: CacheWrite1hTokens = None,
    cache_write_12h: CacheWrite12hTokens = None,
    input_audio: InputAudioTokens = None,
    input_image: InputImageTokens = None,
    reasoning: ReasoningTokens = None,
    output_audio: OutputAudioTokens = None,
    output_image: OutputImageTokens = None,
    requests: Annotated[
        int | None, typer.Option("--requests", "-n", min=1, max=MAX_REQUESTS, help="How many such requests.")
    ] = None,
    batch_share: BatchShare = None,
    service: Annotated[str | None, typer.Option(help="How the others are served: flex, priority, fast, …")] = None,
    at: At = None,
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
        "cache_write_1h": cache_write_1h,
        "cache_write_12h": cache_write_12h,
        "input_audio": input_audio,
        "input_image": input_image,
        "reasoning": reasoning,
        "output_audio": output_audio,
        "output_image": output_image,
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
        say("Nothing fulfils these conditions." if answer["conditions"] else "Nothing could be found.")
        raise typer.Exit(Exit.NOT_FOUND)


def _put(answer: Answer) -> None:
    model, work = answer["model"], answer["workload"]
    if answer["models"]:
        put_table(MODELS, [(f"{it['distance']:g}", *_cells(it)) for it in answer["models"]])
        say(f"{len(answer['models'])} of {answer['total_models']:,} other models, the closest first.")
    if answer["hosts"]:
        put(f"\n{model['base']} elsewhere:")
        put_table(HOSTS, [_cells(it) for it in answer["hosts"]])
        say(f"{len(answer['hosts'])} of {answer['total_hosts']:,} other offers of it, the cheapest first.")
    if answer["note"]:
        say(answer["note"])
    if answer["conditions"]:
        say(f"What is listed: {'; '.join(_conditions(answer['conditions']))}.")
    tokens = ", ".join(f"{number:,} {kind.replace('_', ' ')}" for kind, number in work["tokens"].items() if number)
    cost = "an unknown amount" if model["total"] is None else f"{money(Decimal(model['total']))} USD"
    say(f"Costs: {work['requests']:,} requests of {tokens} tokens, which cost {cost} with {model['id']}.")
    if model["successor"] is not None:
        is_first = model["successor"] in {it["id"] for it in (*answer["models"], *answer["hosts"])}
        say(f"Its successor is {model['successor']}{'' if is_first else ', which is not among these'}.")


def _conditions(stated: Answer) -> Iterator[str]:
    yield f"kind {stated['kind']}"
    if stated["input"] or stated["output"]:
        yield f"takes {', '.join(stated['input']) or 'anything'}, gives {', '.join(stated['output']) or 'anything'}"
    if stated["capabilities"]:
        yield f"can {', '.join(stated['capabilities'])}"
    if stated["min_context"] is not None:
        yield f"context of at least {stated['min_context']:,}"
    if stated["region"]:
        yield f"region {stated['region']}"
    if stated["regions"]:
        yield f"data in {', '.join(stated['regions'])} alone"
    yield f"no last day before {stated['lasts_beyond']}"


def _cells(it: Answer) -> tuple[str, ...]:
    return (
        it["id"],
        UNKNOWN if it["total"] is None else money(Decimal(it["total"])),
        UNKNOWN if it["cost_ratio"] is None else f"{it['cost_ratio']:g}",
        UNKNOWN if it["context"] is None else size(it["context"]),
        ", ".join(it["lacks"]),
        ", ".join(it["more"]),
    )
