"""``llmanac refresh``: asking the sources now, what came of it each time, and letting in what was held back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from llmanac import bootstrap, settings
from llmanac.cli.options.shared import AsJson, DataDir, LiteLLMFile, ModelsDevFile
from llmanac.cli.output.terminal import Exit, put, put_json, say, table
from llmanac.service.refresh.records import Outcome, RefreshRecord, SourceOutcome, Status, Trigger
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.steps import ObserveStep, unobserved

Made = TypeVar("Made")

SHOWN_PENDING = 10

app = typer.Typer(help="Ask the sources for something newer; see what came of it.")


@app.callback(invoke_without_command=True)
def refresh(
    context: typer.Context,
    data_dir: DataDir = None,
    models_dev: ModelsDevFile = None,
    litellm: LiteLLMFile = None,
    as_json: AsJson = False,
) -> None:
    """A server on the same database serves what this finds within seconds."""
    if context.invoked_subcommand is not None:
        return
    chosen = settings.load(data_dir=data_dir, models_dev=models_dev, litellm=litellm)
    logging.getLogger("llmanac").addHandler(logging.NullHandler())  # what it would say is said below
    with _progress() as observe:
        record = _run(chosen, lambda refresh_runner: refresh_runner.refresh(Trigger.COMMAND), observe)
    _tell(record, as_json=as_json)


@app.command("list", help="List the last refreshes, the newest first.")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=2000, help="How many.")] = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    records = _run(settings.load(data_dir=data_dir), lambda refresh_runner: refresh_runner.records(limit=limit))
    if as_json:
        put_json([_described(record) for record in records])
        return
    rows = [
        (
            record.id,
            record.trigger.value,
            (record.outcome or record.status).value,
            ", ".join(f"{it.name} {it.outcome.value}" for it in record.sources) or record.detail,
        )
        for record in records
    ]
    put(table(rows, ("ID", "BEGUN BY", "OUTCOME", "SOURCES")))


@app.command("accept", help="Let in what a refresh held back.")
def accept(
    refresh_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the refresh.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    async def work(refresh_runner: RefreshRunner) -> RefreshRecord:
        return await refresh_runner.wait(await refresh_runner.accept(refresh_id))

    with _progress() as observe:
        record = _run(settings.load(data_dir=data_dir), work, observe)
    _tell(record, as_json=as_json)


def _run(
    chosen: settings.Settings,
    work: Callable[[RefreshRunner], Awaitable[Made]],
    observe: ObserveStep = unobserved,
) -> Made:
    async def run() -> Made:
        async with bootstrap.open_refresher(chosen, observe=observe) as refresh_runner:
            return await work(refresh_runner)

    return asyncio.run(run())


@contextmanager
def _progress() -> Iterator[ObserveStep]:
    """What is being done, on standard error where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield unobserved
        return
    with console.status("beginning") as status:
        yield lambda step, what: status.update(f"{step.value} {what}")


def _tell(record: RefreshRecord, *, as_json: bool) -> None:
    if as_json:
        put_json(_described(record))
    else:
        rows = [
            (it.name, it.outcome.value, str(it.added), str(it.removed), str(it.changed), str(it.repriced))
            for it in record.sources
        ]
        put(table(rows, ("SOURCE", "OUTCOME", "ADDED", "REMOVED", "CHANGED", "REPRICED")))
        for source in record.sources:
            _explain(source, record)
        if record.detail:
            say(record.detail)
    if record.outcome is Outcome.FAILED or record.detail or record.status is not Status.ENDED:
        raise typer.Exit(Exit.FAILED)


def _explain(source: SourceOutcome, record: RefreshRecord) -> None:
    if source.detail:
        say(f"{source.name}: {source.detail}")
    for pending in source.pending[:SHOWN_PENDING]:
        if pending.entry is not None:
            say(f"  {pending.entry}: {pending.detail} ({pending.rule}, seen {pending.times}x)")
    if source.pending_count:
        say(f"  To let it in: llmanac refresh accept {record.id}")


def _described(record: RefreshRecord) -> dict[str, object]:
    return {**asdict(record), "outcome": record.outcome}
