"""``llmanac refresh``: asks the sources now, lists and shows refreshes, and accepts what one held."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from llmanac import settings
from llmanac.cli.backend.refreshes import (
    LATEST,
    accept_refresh,
    as_answer,
    list_refreshes,
    narrow_pending,
    run_local,
    show_refresh,
)
from llmanac.cli.options.shared import AsJson, DataDir, Url
from llmanac.cli.options.source_files import Files, takes_files
from llmanac.cli.output.refreshes import put_refresh, put_refreshes
from llmanac.cli.output.terminal import Exit, put_json, say
from llmanac.service.refresh.records import Outcome, RefreshRecord, Status, Trigger, serialize_record
from llmanac.service.refresh.steps import ObserveStep, unobserved

SHOWN_PENDING = 10
"""Anomalies of each source that are printed when a refresh has ended; ``show`` prints all that are recorded."""

app = typer.Typer(help="Ask the sources for something newer; see what came of it.")


@app.callback(invoke_without_command=True)
@takes_files
def refresh(
    context: typer.Context,
    files: Files,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """A server on the same database serves what this finds within seconds."""
    if context.invoked_subcommand is not None:
        return
    chosen = settings.load(data_dir=data_dir, **files)
    logging.getLogger("llmanac").addHandler(logging.NullHandler())  # its messages are printed below
    with _progress() as observe:
        record = run_local(chosen, lambda refresh_runner: refresh_runner.refresh(Trigger.COMMAND), observe)
    _put_ended(record, as_json=as_json)


@app.command("list", help="List the last refreshes, the newest first, and what each of them held.")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=200, help="Maximum number of refreshes to show.")] = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    answer = list_refreshes(settings.load(url=url, data_dir=data_dir), limit=limit)
    if as_json:
        put_json(answer)
    else:
        put_refreshes(answer["refreshes"])


@app.command("show", help="Show what came of one refresh: each source's outcome, what is held, and why.")
def show(
    refresh_id: Annotated[str, typer.Argument(metavar="ID", help=f"The id of the refresh, or {LATEST!r}.")],
    entry: Annotated[str | None, typer.Option(help="Of what is held, only entries with this in their ids.")] = None,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    record = show_refresh(settings.load(url=url, data_dir=data_dir), refresh_id)
    if entry is not None:
        record = narrow_pending(record, entry)
    if as_json:
        put_json(record)
    else:
        put_refresh(record)


@app.command("accept", help="Serve what a refresh held, as it is.")
def accept(
    refresh_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the refresh.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    with _progress() as observe:
        record = accept_refresh(settings.load(data_dir=data_dir), refresh_id, observe)
    _put_ended(record, as_json=as_json)


@contextmanager
def _progress() -> Iterator[ObserveStep]:
    """Show the current step on standard error, if that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield unobserved
        return
    with console.status("beginning") as status:
        yield lambda step, what: status.update(f"{step.value} {what}")


def _put_ended(record: RefreshRecord, *, as_json: bool) -> None:
    """Print a refresh that was run here, and exit with FAILED where it failed."""
    answer = as_answer(serialize_record(record))
    if as_json:
        put_json(answer)
    else:
        put_refresh(answer, most=SHOWN_PENDING, put_detail=say)
    if record.outcome is Outcome.FAILED or record.detail or record.status is not Status.ENDED:
        raise typer.Exit(Exit.FAILED)
