"""Langfuse's export of observations: a row for each, of which generations report usage.

``usageDetails`` names kinds of tokens as whoever wrote them has: beside each other or as parts of input and output.
Its ``total`` tells which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

import msgspec

from llmanac.usage.counts import consistent, contradiction, count
from llmanac.usage.logs.csv_export import CsvExport, Row, model_of, number, text_of
from llmanac.usage.record import (
    NotPricedReason,
    Skipped,
    UsageCounts,
    UsageFault,
    UsageReading,
    UsageRecord,
)
from llmanac.usage.times import read_time

NAME = "langfuse"
GENERATIONS = frozenset({None, "GENERATION", "EMBEDDING"})
MODELS = ("model", "providedModelName", "provided_model_name", "modelId")
DETAILS = ("usageDetails", "usage_details", "usage")
FIELDS: Mapping[str, str] = {
    "input_cached_tokens": "cache_read",
    "cache_read_input_tokens": "cache_read",
    "input_cache_read": "cache_read",
    "input_cached": "cache_read",
    "cache_creation_input_tokens": "cache_write",
    "input_cache_creation": "cache_write",
    "input_cache_write": "cache_write",
    "input_cache_creation_5m": "cache_write",
    "input_cache_creation_1h": "cache_write_1h",
    "input_audio_tokens": "input_audio",
    "input_audio": "input_audio",
    "input_image": "input_image",
    "output_reasoning_tokens": "reasoning",
    "output_reasoning": "reasoning",
    "output_audio_tokens": "output_audio",
    "output_audio": "output_audio",
    "output_image": "output_image",
}
"""The parts of usage, by the names that integrations give them."""
INPUT_NAMES = ("input", "input_tokens", "prompt_tokens", "promptTokens")
OUTPUT_NAMES = ("output", "output_tokens", "completion_tokens", "completionTokens")
TOTAL_NAMES = ("total", "total_tokens", "totalTokens")


def read(row: Row, zone: tzinfo | None) -> UsageRecord | Skipped:
    """Read a row. Raises UsageFault."""
    if text_of(row, "type") not in GENERATIONS:
        return Skipped.OTHER
    details = row.get(next((name for name in DETAILS if row.get(name, "").strip().startswith("{")), ""), "")
    counts = _counts(details) if details else _plain_counts(row)
    at = read_time(text_of(row, "startTime", "start_time", "timestamp"), zone)
    return UsageRecord(model_of(row, *MODELS), None, False, at, UsageReading(consistent(counts)), NAME, row)


def _plain_counts(row: Row) -> UsageCounts:
    input_names, output_names = (
        ("inputUsage", "promptTokens", "inputTokens"),
        ("outputUsage", "completionTokens", "outputTokens"),
    )
    if text_of(row, *input_names) is None and text_of(row, *output_names) is None:
        raise UsageFault(NotPricedReason.MISSING_COUNT, "It reports no usage.")
    return UsageCounts(input=number(row, *input_names), output=number(row, *output_names))


def _counts(details: str) -> UsageCounts:
    try:
        stated = msgspec.json.decode(details)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageFault(NotPricedReason.BAD_COUNT, "Its usage details are no JSON object.") from None
    if not isinstance(stated, dict):
        raise UsageFault(NotPricedReason.BAD_COUNT, "Its usage details are no JSON object.")
    whole_input, whole_output = _first(stated, INPUT_NAMES), _first(stated, OUTPUT_NAMES)
    known = {*INPUT_NAMES, *OUTPUT_NAMES, *TOTAL_NAMES, *FIELDS}
    if unknown := [name for name in stated if name not in known and stated[name]]:
        raise UsageFault(
            NotPricedReason.UNKNOWN_SHAPE, f"Its usage details have {str(unknown[0])[:40]!r}, which is unknown."
        )
    parts: dict[str, int] = {}
    for name, field in FIELDS.items():
        if number_ := count(stated, name):
            parts[field] = parts.get(field, 0) + number_
    of_output = sum(parts.get(name, 0) for name in ("reasoning", "output_audio", "output_image"))
    of_input = sum(parts.values()) - of_output
    total = next((count(stated, name) for name in TOTAL_NAMES if stated.get(name) is not None), None)
    if not parts or total is None:
        if parts:
            raise contradiction(
                "Without a total, it may be that cached tokens are part of the input, or apart from it."
            )
        return UsageCounts(input=whole_input, output=whole_output)
    for added_input, added_output in ((0, 0), (of_input, of_output), (of_input, 0), (0, of_output)):
        if whole_input + added_input + whole_output + added_output == total:
            return UsageCounts(input=whole_input + added_input, output=whole_output + added_output, **parts)
    raise contradiction(f"The total is {total:,}, which its parts are not, neither apart nor within each other.")


def _first(stated: Mapping[str, object], names: Iterable[str]) -> int:
    return next((count(stated, name) for name in names if stated.get(name) is not None), 0)


EXPORT = CsvExport(
    NAME,
    "Langfuse's observations",
    lambda columns: (
        not columns.isdisjoint({"usageDetails", "usage_details", "inputUsage", "promptTokens"})
        and not columns.isdisjoint({"startTime", "start_time"})
    ),
    read,
)
