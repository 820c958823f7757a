"""Entries of the catalog as rows of a table, one column for each fact, and such a table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

COLUMNS = (
    "id",
    "name",
    "provider",
    "status",
    "release_date",
    "knowledge",
    "open_weights",
    "capabilities",
    "input_price",
    "output_price",
    "context",
    "max_output",
    "input_modalities",
    "output_modalities",
)
"""Prices are USD per million tokens; what is unknown is empty."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would run."""


def rows(entries: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each entry, as the contract shapes them, by COLUMNS."""
    for entry in entries:
        cost, limits, modalities = (entry[part] or {} for part in ("cost", "limits", "modalities"))
        yield {
            **{name: entry[name] for name in COLUMNS[:8]},
            "input_price": cost.get("input"),
            "output_price": cost.get("output"),
            "context": limits.get("context"),
            "max_output": limits.get("output"),
            "input_modalities": modalities.get("input", ()),
            "output_modalities": modalities.get("output", ()),
        }


def csv_lines(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The heading and a line for each entry (RFC 4180); lists with spaces between their members."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for values in chain([COLUMNS], (map(_cell, row.values()) for row in rows(entries))):
        writer.writerow(values)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() | tuple():
            return " ".join(value)
        case str():
            # An apostrophe keeps a name that looks like a formula from being one.
            return f"'{value}" if value.startswith(FORMULAS) else value
        case _:
            return str(value)
