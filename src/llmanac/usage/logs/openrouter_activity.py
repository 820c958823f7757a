"""OpenRouter's export of activity: a row for each request. Its times are in UTC, as the seconds in its ids show."""

from __future__ import annotations

from datetime import UTC, tzinfo

from llmanac.usage.counts import consistent
from llmanac.usage.logs.csv_export import CsvExport, Row, model_of, number, text_of
from llmanac.usage.record import (
    NotPricedReason,
    UsageCounts,
    UsageFault,
    UsageReading,
    UsageRecord,
)
from llmanac.usage.times import read_time

NAME = "openrouter_activity"
HOST = "openrouter"
OWN_KEY_COST = "byok_usage_inference"


def read(row: Row, _: tzinfo | None) -> UsageRecord:
    """Read a row. Raises UsageFault."""
    if (text_of(row, OWN_KEY_COST) or "0").strip("0.") != "":
        raise UsageFault(NotPricedReason.OWN_KEY, "OpenRouter passed it on with a key of one's own, to be paid there.")
    model, variant = model_of(row, "model", "model_permaslug"), text_of(row, "variant")
    if variant not in (None, "standard") and ":" not in model:
        model = f"{model}:{variant}"
    counts = UsageCounts(
        input=number(row, "tokens_prompt"),
        cache_read=number(row, "tokens_cached"),
        output=number(row, "tokens_completion"),
        reasoning=number(row, "tokens_reasoning"),
    )
    searches = number(row, "num_search_results")
    extras = (("search_results", searches),) if searches else ()
    at = read_time(text_of(row, "created_at"), UTC)
    return UsageRecord(model, HOST, True, at, UsageReading(consistent(counts), extras=extras), NAME, row)


EXPORT = CsvExport(
    NAME,
    "OpenRouter's activity",
    lambda columns: {"tokens_prompt", "tokens_completion", "created_at"} <= columns,
    read,
)
