"""A program's export of requests as CSV: how it is recognised, and how a row of it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import tzinfo

from llmanac.domain.usage import MAX_TOKENS
from llmanac.usage.record import NotPricedReason, Skipped, UsageFault, UsageRecord

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvExport:
    """A format of CSV."""

    name: str
    label: str
    recognises: Callable[[AbstractSet[str]], bool]
    """Whether the names of the columns are this format's."""
    read: Callable[[Row, tzinfo | None], UsageRecord | Skipped]
    """Reads a row; the zone is that of times that state none. Raises UsageFault."""


def number(row: Row, *names: str) -> int:
    """The number in the first of some columns that has one; 0 where none has. Raises UsageFault."""
    for name in names:
        if text := row.get(name, "").strip():
            if not text.isdecimal() or not text.isascii():
                raise UsageFault(NotPricedReason.BAD_COUNT, f"{name} is {text[:40]!r}, which is no number of tokens.")
            if len(text) > len(str(MAX_TOKENS)) or int(text) > MAX_TOKENS:
                raise UsageFault(NotPricedReason.HUGE_COUNT, f"{name} is more than {MAX_TOKENS:,}.")
            return int(text)
    return 0


def text_of(row: Row, *names: str) -> str | None:
    """The text in the first of some columns that has one; None where none has."""
    return next((text for name in names if (text := row.get(name, "").strip().strip('"'))), None)


def model_of(row: Row, *names: str) -> str:
    """The model's id in the first of some columns that has one. Raises UsageFault where none has."""
    model = text_of(row, *names)
    if model is None:
        raise UsageFault(NotPricedReason.NO_MODEL, "There is no model id.")
    return model
