"""Prints tables: coloured and fitted to the width of a terminal, plain and unabridged in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llmanac.cli.output.terminal import put
from llmanac.domain.amounts import digits

UNKNOWN = "–"  # noqa: RUF001 -- an en dash, as in printed tables
REPLACEMENT = "�"


GAP = 2
NARROWEST = 18
"""The least width of a column that may wrap, in characters."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its heading, and the layout of its cells."""

    heading: str
    is_number: bool = False
    may_wrap: bool = False
    """Where the terminal is too narrow, its cells take several lines."""
    is_extra: bool = False
    """Its cells are cut short rather than wrapped and, where that is not enough, it is left out."""


def put_table(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[str]], *, emphasised: frozenset[int] = frozenset()
) -> None:
    """Print rows; those at the places in ``emphasised`` are bold on a terminal."""
    shown = [tuple(map(printable, row)) for row in rows]
    if not sys.stdout.isatty():
        put(_plain(columns, shown))
        return
    from rich.console import Console  # noqa: PLC0415 -- a pipe has no use for it
    from rich.table import Table  # noqa: PLC0415 -- a pipe has no use for it
    from rich.text import Text  # noqa: PLC0415 -- a pipe has no use for it

    console = Console()
    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    fitted = fit(columns, shown, console.width)
    for place, width in fitted.items():
        column = columns[place]
        drawn.add_column(
            column.heading,
            justify="right" if column.is_number else "left",
            width=width,
            overflow="ellipsis" if column.is_extra else "fold",
            no_wrap=column.is_extra,
        )
    for number, row in enumerate(shown):
        drawn.add_row(*(Text(row[place]) for place in fitted), style="bold" if number in emphasised else None)
    console.print(drawn)


def fit(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], width: int) -> dict[int, int]:
    """The widths in characters of the columns that fit, by their place; columns that are left out are absent.

    Numbers and dates are never cut. Extra columns are left out from the right before any other has to wrap; those
    that may wrap share what is left, the first ones best.
    """
    natural = [
        max(len(column.heading), *(len(row[place]) for row in rows)) if rows else len(column.heading)
        for place, column in enumerate(columns)
    ]
    least = [min(it, NARROWEST) if column.may_wrap else it for it, column in zip(natural, columns, strict=True)]
    wished = [low if column.is_extra else it for low, it, column in zip(least, natural, columns, strict=True)]
    chosen = list(range(len(columns)))
    for place in reversed(range(len(columns))):
        if columns[place].is_extra and _total(wished, chosen) > width:
            chosen.remove(place)
    spare = max(0, width - _total(least, chosen))
    widths = {}
    for place in chosen:
        more = min(spare, natural[place] - least[place])
        widths[place] = least[place] + more
        spare -= more
    return widths


def _total(widths: Sequence[int], chosen: Sequence[int]) -> int:
    return sum(widths[place] for place in chosen) + GAP * len(chosen)


def printable(text: str) -> str:
    """Replaces unprintable characters: text from feeds could move the cursor or change colours."""
    return "".join(it if it.isprintable() else REPLACEMENT for it in text)


def price(value: float | str | None) -> str:
    """A price in USD per million tokens, as text."""
    return UNKNOWN if value is None else digits(Decimal(str(value)))


def size(tokens: int | None) -> str:
    """A number of tokens as short text: 200k, 1M, 1.05M."""
    if tokens is None:
        return UNKNOWN
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if tokens >= unit:
            return f"{tokens / unit:.2f}".rstrip("0").rstrip(".") + name
    return str(tokens)


def _plain(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> str:
    """The table for a pipe: nothing is cut, and numbers are right-aligned."""
    headings = [column.heading for column in columns]
    widths = [max(map(len, cells)) for cells in zip(headings, *rows, strict=True)]
    places = [str.rjust if column.is_number else str.ljust for column in columns]
    lines = [[heading.ljust(width) for heading, width in zip(headings, widths, strict=True)]]
    lines += [[place(cell, width) for place, cell, width in zip(places, row, widths, strict=True)] for row in rows]
    return "\n".join("  ".join(cells).rstrip() for cells in lines)
