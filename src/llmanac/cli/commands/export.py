"""``llmanac export``: writes all models that match, as JSON, CSV or a client's configuration; or a whole dialect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient, pages
from llmanac.cli.options.filters import Filters, filtered
from llmanac.cli.output.terminal import say
from llmanac.errors import ConfigurationError, InvalidRequest
from llmanac.search.query.schema import MAX_LIMIT
from llmanac.service.offers.csv_export import csv_of_entries

if TYPE_CHECKING:  # brings in what reads catalogs, which other exports need not
    from llmanac.dialects.dialect import MadeDocument

app = typer.Typer()


class ExportFormat(StrEnum):
    """The formats of an export."""

    JSON = "json"
    """One object, shaped as the response of the catalog endpoint."""
    JSONL = "jsonl"
    """An entry on each line."""
    CSV = "csv"
    AIDER = "aider"
    """The rest are configurations of clients, by the names of ``dialects/configs/table.py``."""
    LITELLM_PROXY = "litellm-proxy"
    OPENCODE = "opencode"
    CONTINUE = "continue"


@app.command()
@asks
@filtered()
def export(
    format_: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="json, jsonl (an entry a line) or csv; or what configures a client with these models: aider's "
            "metadata, the model_list of LiteLLM's proxy, opencode's providers, Continue's models.",
            show_default="json",
        ),
    ] = None,
    dialect: Annotated[
        str | None,
        typer.Option(
            "--dialect",
            help="The whole catalog in the format of another client, byte for byte as a server sends it: models-dev, "
            "litellm, openai, openrouter, genai-prices, ai-gateway or catwalk. Goes with --as-of, and no filter.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", dir_okay=False, help="File to write.", show_default="standard output")
    ] = None,
    *,
    filters: Filters,
    client: CatalogClient,
) -> None:
    if dialect is not None:
        _write_made(_document(dialect, client, filters, format_=format_), out)
        return
    chosen = format_ or ExportFormat.JSON
    if (writer := WRITERS.get(chosen)) is None:
        _write_made(_config(chosen, client, filters), out)
        return
    _write((piece.encode() for piece in writer(_entries(client, filters))), out)


def _write_made(made: MadeDocument, out: Path | None) -> None:
    """Write what was made whole, and say how many models are left out of it."""
    _write([made.body], out)
    for reason, count in made.left_out.items():
        say(f"{count:,} left out: {reason}.")


def _write(pieces: Iterable[bytes], out: Path | None) -> None:
    """Write to a file, or to standard output. Raises ConfigurationError for a file that cannot be written."""
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    try:
        with out.open("wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror}.") from None
    say(f"{out}: written.")


def _document(dialect: str, client: CatalogClient, filters: Filters, *, format_: ExportFormat | None) -> MadeDocument:
    """The document of a dialect. Raises InvalidRequest for an unknown one, and for what would narrow it."""
    from llmanac.dialects.table import EXPORTED  # noqa: PLC0415 -- brings in every dialect, which other exports need not

    if dialect not in EXPORTED:
        raise InvalidRequest(f"There is no dialect {dialect!r} to export; there are {', '.join(EXPORTED)}.")
    narrowing = sorted([*(filters.keys() - {"as_of"}), *(["format"] if format_ else [])])
    if narrowing:
        raise InvalidRequest(
            f"A dialect is exported whole: --{', --'.join(it.replace('_', '-') for it in narrowing)} "
            "does not go with --dialect."
        )
    return client.document(EXPORTED[dialect], filters.get("as_of"))


def _config(format_: ExportFormat, client: CatalogClient, filters: Filters) -> MadeDocument:
    """The configuration of a client with what the filters leave."""
    from llmanac.dialects.configs.table import CONFIG_BY_NAME  # noqa: PLC0415 -- brings in YAML, which other exports need not

    return client.config(CONFIG_BY_NAME[format_], filters)


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
"""The writer of each format that is made of the catalog's entries, which yields pieces of text."""
