from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.auth.expiry import LONGEST, parse_expiry
from llmanac.errors import InvalidParameters

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("90m", NOON + timedelta(minutes=90)),
        ("12h", NOON + timedelta(hours=12)),
        ("30d", NOON + timedelta(days=30)),
        ("4w", NOON + timedelta(weeks=4)),
        (" 30D ", NOON + timedelta(days=30)),
        ("2026-12-31", datetime(2027, 1, 1, tzinfo=UTC)),  # the last day on which it works
        ("2026-11-23", datetime(2026, 11, 24, tzinfo=UTC)),  # today
        ("2028-02-29", datetime(2028, 3, 1, tzinfo=UTC)),
        ("3650d", NOON + LONGEST),
    ],
)
def test_a_span_or_a_day_has_an_end(text: str, end: datetime) -> None:
    assert parse_expiry(text, now=NOON) == end


@pytest.mark.parametrize("text", ["", "30", "d", "30 d", "-1d", "1.5d", "30days", "1y", "tomorrow", "31.12.2026", "٣d"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidParameters, match="30d, 12h, 90m or 4w nor a date such as 2026-12-31"):
        parse_expiry(text, now=NOON)


@pytest.mark.parametrize("text", ["2026-02-30", "2027-02-29", "2026-13-01", "0000-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameters, match="not a day of the calendar"):
        parse_expiry(text, now=NOON)


@pytest.mark.parametrize("text", ["0d", "0m", "2026-11-22", "1970-01-01"])
def test_an_expiry_in_the_past_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameters, match="over already"):
        parse_expiry(text, now=NOON)


@pytest.mark.parametrize("text", ["3651d", "9999999w", "2126-01-01", "9999-12-30"])
def test_more_than_ten_years_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameters, match="more than ten years"):
        parse_expiry(text, now=NOON)


@pytest.mark.slow
@given(st.one_of(st.text(), st.from_regex(r"\A[0-9]{1,12}[mhdw]\Z"), st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")))
def test_any_text_gives_a_time_to_come_or_a_refusal_that_names_the_field(text: str) -> None:
    try:
        end = parse_expiry(text, now=NOON)
    except InvalidParameters as refusal:
        assert [fault.loc for fault in refusal.faults] == [("expires",)]  # noqa: PT017 -- either outcome is right
    else:
        assert NOON < end <= NOON + LONGEST
