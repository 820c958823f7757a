"""``llmanac export``: writes all models that match as JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient, pages
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.output.terminal import say
from llmanac.errors import ConfigurationError
from llmanac.search.query.schema import MAX_LIMIT
from llmanac.service.offers.csv_export import csv_of_entries

app = typer.Typer()


class ExportFormat(StrEnum):
    """The formats of an export."""

    JSON = "json"
    """One object, shaped as the response of the catalog endpoint."""
    JSONL = "jsonl"
    """An entry on each line."""
    CSV = "csv"


@app.command()
@asks
@filtered()
def export(
    format_: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="json, jsonl (an entry a line) or csv.")
    ] = ExportFormat.JSON,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", dir_okay=False, help="File to write.", show_default="standard output")
    ] = None,
    *,
    filters: Filters,
    client: CatalogClient,
) -> None:
    entries = _entries(client, filters)
    text = WRITERS[format_](entries)
    if out is None:
        sys.stdout.writelines(text)
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(text)
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror}.") from None
    say(f"{out}: written.")


def _entries(client: CatalogClient, filters: Filters) -> Iterator[Mapping[str, Any]]:
    """All entries that match, fetched page by page; shows the progress on a terminal."""
    is_watched, done = sys.stderr.isatty(), 0
    for page in pages(client, filters, size=MAX_LIMIT):
        yield from page["models"]
        done += len(page["models"])
        if is_watched:
            sys.stderr.write(f"\r{done:,} of {page['total']:,}" + ("\n" if done >= page["total"] else ""))
            sys.stderr.flush()


def _json(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    total = 0
    yield '{"models":['
    for entry in entries:
        yield ("," if total else "") + "\n" + orjson.dumps(entry).decode()
        total += 1
    yield f'\n],"total":{total}}}\n'


def _json_lines(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield orjson.dumps(entry).decode() + "\n"


WRITERS: Mapping[ExportFormat, Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]] = {
    ExportFormat.JSON: _json,
    ExportFormat.JSONL: _json_lines,
    ExportFormat.CSV: csv_of_entries,
}
"""The writer of each format, which yields pieces of text."""
