"""Session files of Codex: running totals become requests, and nothing counts twice."""

from __future__ import annotations

import io
import json
from typing import Any

from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPriced, NotPricedReason, Skipped, UsageCounts, UsageRecord

AT = "2026-09-01T10:00:00.000Z"
META: dict[str, Any] = {
    "timestamp": AT,
    "type": "session_meta",
    "payload": {"id": "s1", "cwd": "/work", "model_provider": "openai"},
}
TURN = {"timestamp": AT, "type": "turn_context", "payload": {"model": "gpt-5.1-codex", "cwd": "/work/app"}}
ITEM = {"timestamp": AT, "type": "response_item", "payload": {"type": "message"}}

Numbers = tuple[int, int, int, int]


def usage(numbers: Numbers) -> dict[str, int]:
    whole, cached, output, reasoning = numbers
    return {
        "input_tokens": whole,
        "cached_input_tokens": cached,
        "output_tokens": output,
        "reasoning_output_tokens": reasoning,
        "total_tokens": whole + output,
    }


def event(total: Numbers | None, last: Numbers | None = None) -> dict[str, Any]:
    """An event with a total, and perhaps its last step."""
    info = {}
    if total is not None:
        info["total_token_usage"] = usage(total)
    if last is not None:
        info["last_token_usage"] = usage(last)
    return {"timestamp": AT, "type": "event_msg", "payload": {"type": "token_count", "info": info or None}}


def outcomes(*lines: dict[str, Any]) -> list[Any]:
    text = b"".join(json.dumps(it).encode() + b"\n" for it in lines)
    return [outcome for _, _, outcome in UsageReader(fields=("cwd", "session_id")).read(io.BytesIO(text))]


def counted(*lines: dict[str, Any]) -> list[UsageCounts]:
    return [it.reading.counts for it in outcomes(*lines) if isinstance(it, UsageRecord)]


def counts(numbers: Numbers) -> UsageCounts:
    whole, cached, output, reasoning = numbers
    return UsageCounts(input=whole, cache_read=cached, output=output, reasoning=reasoning)


def test_each_step_between_totals_is_a_request() -> None:
    found = counted(META, TURN, event((100, 40, 10, 5)), ITEM, event((350, 200, 30, 12)))
    assert found == [counts((100, 40, 10, 5)), counts((250, 160, 20, 7))]


def test_a_total_that_is_written_again_counts_for_nothing() -> None:
    total = (100, 40, 10, 5)
    assert outcomes(META, TURN, event(total, total), event(total, total))[3:] == [Skipped.REPEATED]


def test_a_session_that_goes_on_begins_with_its_last_step() -> None:
    found = counted(META, TURN, event((1000, 900, 50, 20), (100, 90, 5, 2)), event((1200, 950, 60, 25)))
    assert found == [counts((100, 90, 5, 2)), counts((200, 50, 10, 5))]


def test_a_total_that_begins_anew_is_its_own_step() -> None:
    found = counted(META, TURN, event((1000, 900, 50, 20)), event((100, 10, 5, 2), (100, 10, 5, 2)))
    assert found == [counts((1000, 900, 50, 20)), counts((100, 10, 5, 2))]


def test_a_total_that_falls_without_a_step_is_contradictory() -> None:
    last = outcomes(META, TURN, event((1000, 900, 50, 20)), event((900, 900, 50, 20)))[-1]
    assert isinstance(last, NotPriced)
    assert last.reason is NotPricedReason.CONTRADICTORY_COUNTS


def test_the_last_step_counts_where_there_is_no_total() -> None:
    assert counted(META, TURN, event(None, (10, 0, 1, 0)), event(None, (10, 0, 1, 0))) == [counts((10, 0, 1, 0))] * 2


def test_limits_alone_are_no_usage() -> None:
    assert outcomes(META, TURN, event(None)) == [Skipped.OTHER] * 3


def test_usage_before_a_model_is_listed() -> None:
    [outcome] = outcomes(event((10, 0, 1, 0)))
    assert outcome.reason is NotPricedReason.NO_MODEL


def test_the_sum_is_ccusages() -> None:
    """ccusage sums the last steps, of events whose totals are not repeated (its reference of Codex's files)."""
    steps: list[Numbers] = [(100, 40, 10, 5), (250, 200, 30, 0), (7, 0, 900, 800)]
    total: Numbers = (0, 0, 0, 0)
    lines = [META, TURN]
    for step in steps:
        whole, cached, output, reasoning = map(sum, zip(total, step, strict=True))
        total = whole, cached, output, reasoning
        lines += [event(total, step), event(total, step)]
    assert [sum(column) for column in zip(*counted(*lines), strict=True)] == [
        sum(column) for column in zip(*map(counts, steps), strict=True)
    ]


def test_the_host_and_the_fields_are_those_of_the_session() -> None:
    azure = {**META, "payload": {**META["payload"], "model_provider": "azure"}}
    [record] = [it for it in outcomes(azure, TURN, event((10, 0, 1, 0))) if isinstance(it, UsageRecord)]
    assert (record.model, record.host) == ("gpt-5.1-codex", "azure")
    assert (record.fields["cwd"], record.fields["session_id"]) == ("/work/app", "s1")
