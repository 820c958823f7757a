from __future__ import annotations

from datetime import UTC, datetime

import pytest

from llmanac.ingest.fetch.retry_after import LONGEST_S, SHORTEST_S, seconds_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("Mon, 23 Nov 2026 12:10:00 GMT", 600),
        ("Monday, 23-Nov-26 12:10:00 GMT", 600),
        ("Mon Nov 23 12:10:00 2026", 600),
        ("0", SHORTEST_S),
        ("Fri, 31 Dec 1999 23:59:59 GMT", SHORTEST_S),
        ("1000000000", LONGEST_S),
        ("9" * 5000, LONGEST_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
    ],
)
def test_a_time_is_kept_within_reason(value: str, seconds: float) -> None:
    assert seconds_of(value, now=NOON) == seconds


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "1.5", "1e9", "٣", "0x10", "Mon, 99 Foo 2026 12:10:00 GMT"])
def test_what_says_nothing_is_none(value: str | None) -> None:
    assert seconds_of(value, now=NOON) is None
