"""All formats of CSV, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from llmanac.usage.logs import langfuse, openrouter_activity
from llmanac.usage.logs.csv_export import CsvExport

EXPORTS: tuple[CsvExport, ...] = (openrouter_activity.EXPORT, langfuse.EXPORT)


def export_of(columns: AbstractSet[str]) -> CsvExport | None:
    """The format whose columns these are; None where none fits."""
    return next((export for export in EXPORTS if export.recognises(columns)), None)
