"""Session files of Claude Code: each request is counted once, by the line with the most tokens."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPriced, Skipped, UsageRecord

AT = "2026-09-01T10:00:00.000Z"


def line(id_: str, output: int, *, request: str | None = "req", session: str = "s", **usage: Any) -> dict[str, Any]:
    """A line of an assistant's message."""
    counts = {"input_tokens": 3, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100, **usage}
    found = {
        "type": "assistant",
        "sessionId": session,
        "timestamp": AT,
        "cwd": "/work",
        "message": {"id": id_, "model": "claude-opus-4-6", "usage": {**counts, "output_tokens": output}},
    }
    return found if request is None else {**found, "requestId": request}


OTHERS: tuple[dict[str, Any], ...] = (
    {"type": "summary", "summary": "A talk", "leafUuid": "1"},
    {"type": "user", "sessionId": "s", "timestamp": AT, "message": {"role": "user", "content": "hello"}},
    {"type": "file-history-snapshot", "messageId": "m", "snapshot": {}},
    {
        "type": "assistant",
        "sessionId": "s",
        "timestamp": AT,
        "message": {"id": "x", "model": "<synthetic>", "usage": {"input_tokens": 0, "output_tokens": 0}},
    },
)


def outcomes(*files: list[dict[str, Any]]) -> list[tuple[int, int, Any]]:
    """The outcomes of some files, by place."""
    reader = UsageReader(fields=("cwd", "sessionId"))
    found: list[tuple[int, int, Any]] = []
    for lines in files:
        found += reader.read(io.BytesIO(b"".join(json.dumps(it).encode() + b"\n" for it in lines)))
    return sorted([*found, *reader.finish()], key=lambda it: it[:2])


def counted(*files: list[dict[str, Any]]) -> list[int]:
    """The outputs of the requests that count."""
    return [it.reading.counts.output for _, _, it in outcomes(*files) if isinstance(it, UsageRecord)]


def ccusage_total(*files: list[dict[str, Any]]) -> int:
    """The tokens that ccusage counts: of the lines with one key, the first of those with the most tokens.

    The key is the message's id with the request's or, without one, with the session's: ccusage's pull requests 985,
    1661 and 1765.
    """
    kept: dict[tuple[str, str], int] = {}
    for it in (it for lines in files for it in lines):
        usage = it.get("message", {}).get("usage")
        if usage is None or it["message"]["model"] == "<synthetic>":
            continue
        total = sum(number for name, number in usage.items() if name.endswith("_tokens"))
        key = it["message"]["id"], it.get("requestId") or it["sessionId"]
        kept[key] = max(kept.get(key, 0), total)
    return sum(kept.values())


def our_total(*files: list[dict[str, Any]]) -> int:
    records = [it for _, _, it in outcomes(*files) if isinstance(it, UsageRecord)]
    return sum(it.reading.counts.input + it.reading.counts.output for it in records)


def test_a_streamed_response_counts_by_its_largest_line() -> None:
    assert counted([line("a", 2), line("a", 8), line("a", 412), line("a", 412)]) == [412]


def test_a_copy_in_another_session_counts_once() -> None:
    assert counted([line("a", 5)], [line("a", 5, session="t"), line("b", 7, session="t")]) == [5, 7]


def test_a_gateway_that_gives_every_message_one_id_is_told_apart_by_sessions() -> None:
    files = ([line("ocgo", 5, request=None, session="s")], [line("ocgo", 6, request=None, session="t")])
    assert counted(*files) == [5, 6]


def test_lines_without_usage_are_passed_over() -> None:
    found = outcomes([*OTHERS, line("a", 1)])
    assert [it for _, _, it in found[:-1]] == [Skipped.OTHER] * len(OTHERS)


def test_every_line_has_one_outcome() -> None:
    lines = [*OTHERS, *(line(f"m{number % 7}", number) for number in range(50))]
    assert [number for _, number, _ in outcomes(lines)] == [*range(1, len(lines) + 1)]


@pytest.mark.parametrize("steps", [1, 3])
def test_the_arithmetic_is_ccusages(steps: int) -> None:
    first = [line(f"m{number}", 10 * step + number) for number in range(20) for step in range(steps)]
    second = [line(f"m{number}", 25, session="t") for number in range(10, 30)]
    third = [line("gateway", number, request=None, session=f"s{number % 3}") for number in range(9)]
    assert our_total(first, second, third) == ccusage_total(first, second, third)


def test_a_message_without_a_model_is_listed() -> None:
    broken = line("a", 1)
    del broken["message"]["model"]
    [(_, _, outcome)] = outcomes([broken])
    assert isinstance(outcome, NotPriced)


def test_totals_can_be_by_its_fields() -> None:
    [(_, _, record)] = outcomes([line("a", 1)])
    assert (record.fields["cwd"], record.fields["sessionId"]) == ("/work", "s")
