"""Exports offers as CSV (RFC 4180), with cells that no spreadsheet takes for a formula.

Prices are USD per million tokens, the members of a list are separated by spaces, and an unknown value is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from llmanac.domain.amounts import digits
from llmanac.domain.records import Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.history.facts import OWN_NAMES, own_fact

Entry = Mapping[str, Any]
"""An offer in the shape of the catalog endpoint."""

FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""First characters of a text that make a spreadsheet evaluate it."""


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """A column: its heading, and where its values come from."""

    name: str
    of_offer: Callable[[Offer], object]
    of_entry: Callable[[Entry], object] | None = None
    """None where entries lack the value."""


def _same(name: str) -> CsvColumn:
    return CsvColumn(name, lambda offer: getattr(offer, name), lambda entry: entry[name])


def _part(name: str, of_offer: Callable[[Offer], object], *, path: tuple[str, str]) -> CsvColumn:
    part, field = path
    return CsvColumn(name, of_offer, lambda entry: (entry[part] or {}).get(field))


COLUMNS = (
    _same("id"),
    _same("name"),
    _same("provider"),
    CsvColumn("model", lambda offer: offer.base),
    CsvColumn("litellm_id", litellm_spelling),
    _same("status"),
    _same("release_date"),
    _same("knowledge"),
    _same("open_weights"),
    _same("capabilities"),
    CsvColumn("price_state", lambda offer: offer.price.state.value),
    _part("input_price", lambda offer: offer.price.rates.input, path=("cost", "input")),
    _part("output_price", lambda offer: offer.price.rates.output, path=("cost", "output")),
    CsvColumn("cache_read_price", lambda offer: offer.price.rates.cache_read),
    CsvColumn("cache_write_price", lambda offer: offer.price.rates.cache_write),
    _part("context", lambda offer: offer.limits.context, path=("limits", "context")),
    _part("max_output", lambda offer: offer.limits.output, path=("limits", "output")),
    _part("input_modalities", lambda offer: offer.modalities.input, path=("modalities", "input")),
    _part("output_modalities", lambda offer: offer.modalities.output, path=("modalities", "output")),
)

OWN_COLUMNS = tuple(CsvColumn(name, own_fact(name)) for name in OWN_NAMES)
"""The columns of facts that only the organisation states, behind the others where it states any."""

ENTRY_COLUMNS = tuple((column.name, column.of_entry) for column in COLUMNS if column.of_entry is not None)


def csv_of_offers(offers: Iterable[Offer], *, with_own_facts: bool = False) -> Iterator[str]:
    """The heading and a line for each offer, in all COLUMNS; and in OWN_COLUMNS if that is asked for."""
    columns = (*COLUMNS, *OWN_COLUMNS) if with_own_facts else COLUMNS
    heading = [column.name for column in columns]
    return _lines(heading, ([column.of_offer(offer) for column in columns] for offer in offers))


def csv_of_entries(entries: Iterable[Entry]) -> Iterator[str]:
    """The heading and a line for each entry, in those of COLUMNS that entries have."""
    heading = [name for name, _ in ENTRY_COLUMNS]
    return _lines(heading, ([read(entry) for _, read in ENTRY_COLUMNS] for entry in entries))


def _lines(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(heading)
    for row in rows:
        yield _drain(buffer)
        writer.writerow(map(cell, row))
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def cell(value: object) -> str:
    """The text of a cell; an apostrophe keeps a text that looks like a formula from being evaluated."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() | Decimal():
            return digits(Decimal(str(value)))
        case list() | tuple():
            return cell(" ".join(value))
        case str():
            return f"'{value}" if value.startswith(FORMULA_LEADS) else value
        case _:
            return str(value)
