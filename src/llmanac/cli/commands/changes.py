"""``llmanac changes``: what changed in the catalog."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

import typer

from llmanac import settings
from llmanac.cli.backend.client import Answer
from llmanac.cli.options.shared import AsJson, DataDir, Url, day
from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put_json, say
from llmanac.history.change import ChangeKind, Difference
from llmanac.history.wording import summary
from llmanac.settings import Settings

COLUMNS = (
    TableColumn("DAY"),
    TableColumn("KIND"),
    TableColumn("ID", may_wrap=True),
    TableColumn("WHAT", may_wrap=True),
)

Since = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="On this day or later.")]
Until = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="On this day or earlier.")]


def changes(
    since: Since = None,
    until: Until = None,
    kind: Annotated[list[ChangeKind] | None, typer.Option(help="Only these kinds; repeatable.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only this host's.")] = None,
    model: Annotated[
        str | None, typer.Option("--id", help="Only this model's; it need not be listed any more.")
    ] = None,
    base: Annotated[str | None, typer.Option(help="Only this base model's, at all hosts.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="Where to go on: 'next' of the JSON before.")] = None,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    chosen = settings.load(url=url, data_dir=data_dir)
    asked: dict[str, Any] = {
        "since": since,
        "until": until,
        "kind": [it.value for it in kind or ()],
        "provider": provider,
        "id": model,
        "base": base,
        "limit": limit,
        "cursor": cursor,
    }
    answer = _answer(chosen, {name: value for name, value in asked.items() if value})
    if as_json:
        put_json(answer)
        return
    put_table(COLUMNS, [_row(it) for it in answer["changes"]])
    if answer["next"]:
        say(f"There are more: --limit, or --cursor {answer['next']}")


def _answer(chosen: Settings, asked: dict[str, Any]) -> Answer:
    if chosen.url is not None:
        from llmanac.cli.backend.remote import RemoteClient  # noqa: PLC0415 -- only one of the two is needed

        return RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None).changes(asked)
    return asyncio.run(_own(chosen, asked))


async def _own(chosen: Settings, asked: dict[str, Any]) -> Answer:
    from llmanac import bootstrap  # noqa: PLC0415 -- only one of the two is needed
    from llmanac.service.history.changes import Interest, described  # noqa: PLC0415 -- only one of the two is needed

    interest = Interest(
        since=asked.get("since"),
        until=asked.get("until"),
        kinds=tuple(map(ChangeKind, asked.get("kind", ()))),
        provider=asked.get("provider"),
        id=asked.get("id"),
        base=asked.get("base"),
    )
    async with bootstrap.open_archive(chosen) as archive:
        page = await archive.changes.page(interest, cursor=asked.get("cursor"), limit=asked["limit"])
    return {"changes": [described(it) for it in page.changes], "next": page.next}


def _row(change: Answer) -> tuple[str, ...]:
    differences = [Difference(**it) for it in change["differences"]]
    words = summary(ChangeKind(change["kind"]), differences, previous=change["previous"])
    return change["at"][:10], change["kind"], change["id"], words
