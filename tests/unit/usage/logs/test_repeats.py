"""Ids that were seen are remembered in little memory."""

from __future__ import annotations

from datetime import UTC, datetime

from llmanac.usage.logs.repeats import PENDING, Repeats, SeenIds
from llmanac.usage.record import Skipped, UsageCounts, UsageReading, UsageRecord


def record(output: int) -> UsageRecord:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    return UsageRecord("m", None, False, at, UsageReading(UsageCounts(output=output)), "claude_code", {})


def test_what_was_added_is_seen_and_nothing_else() -> None:
    seen = SeenIds()
    for number in range(20_000):
        seen.add(("id", number))
    assert all(("id", number) in seen for number in range(20_000))
    assert not any(("other", number) in seen for number in range(20_000))


def test_a_request_counts_once_however_long_ago_it_was() -> None:
    repeats = Repeats()
    outcomes = [it for number in range(2 * PENDING) for it in repeats.add((str(number), ""), (0, number), record(1))]
    [again] = repeats.add(("0", ""), (1, 1), record(9))
    assert again == (1, 1, Skipped.REPEATED)
    assert len([*outcomes, *repeats.flush()]) == 2 * PENDING
