"""Langfuse's export: its total tells whether parts are apart."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPricedReason, Skipped, UsageCounts, UsageRecord

COLUMNS = ("id", "type", "startTime", "model", "usageDetails", "input")


def outcomes(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> list[Any]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return [outcome for _, _, outcome in UsageReader().read(io.BytesIO(text.getvalue().encode()))]


def row(details: object, **more: str) -> dict[str, str]:
    stated = details if isinstance(details, str) else json.dumps(details)
    base = {"id": "1", "type": "GENERATION", "startTime": "2026-09-01T10:00:00.000Z", "model": "gpt-4o"}
    return {**base, "usageDetails": stated, **more}


@pytest.mark.parametrize(
    ("details", "counts"),
    [
        ({"input": 10, "output": 5, "total": 15}, UsageCounts(input=10, output=5)),
        (
            {"input": 6, "input_cached_tokens": 4, "output": 3, "output_reasoning_tokens": 2, "total": 15},
            UsageCounts(input=10, cache_read=4, output=5, reasoning=2),
        ),
        (
            {"input": 10, "input_cached_tokens": 4, "output": 5, "output_reasoning_tokens": 2, "total": 15},
            UsageCounts(input=10, cache_read=4, output=5, reasoning=2),
        ),
        (
            {"input": 1, "cache_read_input_tokens": 8, "cache_creation_input_tokens": 2, "output": 5, "total": 16},
            UsageCounts(input=11, cache_read=8, cache_write=2, output=5),
        ),
    ],
)
def test_parts_are_apart_or_within_as_the_total_has_it(details: object, counts: UsageCounts) -> None:
    [record] = outcomes(row(details))
    assert isinstance(record, UsageRecord)
    assert record.reading.counts == counts


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"input": 10, "input_cached_tokens": 4, "output": 5}, NotPricedReason.CONTRADICTORY_COUNTS),
        ({"input": 10, "input_cached_tokens": 4, "output": 5, "total": 99}, NotPricedReason.CONTRADICTORY_COUNTS),
        ({"input": 10, "tiles": 4, "output": 5, "total": 15}, NotPricedReason.UNKNOWN_SHAPE),
        ({"input": -1, "output": 5}, NotPricedReason.BAD_COUNT),
        ("{not json", NotPricedReason.BAD_COUNT),
        ("", NotPricedReason.MISSING_COUNT),
    ],
)
def test_what_cannot_be_told_is_listed(details: object, reason: NotPricedReason) -> None:
    [outcome] = outcomes(row(details))
    assert outcome.reason is reason


def test_spans_are_passed_over() -> None:
    assert outcomes(row("", type="SPAN")) == [Skipped.OTHER]


def test_a_text_over_several_lines_is_one_row() -> None:
    reader = UsageReader()
    text = '"id","type","startTime","model","usageDetails","input"\n'
    text += '"1","GENERATION","2026-09-01T10:00:00Z","gpt-4o","{""input"":1,""output"":1,""total"":2}","a\n\nb"\n'
    text += '"2","GENERATION"\n'
    found = list(reader.read(io.BytesIO(text.encode())))
    assert [(number, type(outcome).__name__) for _, number, outcome in found] == [(2, "UsageRecord"), (5, "NotPriced")]
