"""Times are in UTC, and none is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from llmanac.errors import InvalidParameters
from llmanac.usage.record import NotPricedReason, UsageFault
from llmanac.usage.times import read_time, zone_of

NOON = datetime(2026, 8, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-08-18T12:00:00Z",
        "2026-08-18T14:00:00+02:00",
        "2026-08-18 12:00:00.000+00:00",
        1787054400,
        1787054400.0,
        1787054400000,
    ],
)
def test_a_time_is_read_in_utc(value: object) -> None:
    assert read_time(value) == NOON
    assert read_time(value).tzinfo is UTC


def test_a_time_without_a_zone_is_of_the_logs_zone_or_of_none() -> None:
    assert read_time("2026-08-18T14:00:00", ZoneInfo("Europe/Berlin")) == NOON
    with pytest.raises(UsageFault) as fault:
        read_time("2026-08-18T14:00:00")
    assert fault.value.why.reason is NotPricedReason.NO_ZONE


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, NotPricedReason.NO_TIME),
        ("yesterday", NotPricedReason.BAD_TIME),
        ("", NotPricedReason.BAD_TIME),
        (True, NotPricedReason.BAD_TIME),
        ([2026], NotPricedReason.BAD_TIME),
        (float("nan"), NotPricedReason.BAD_TIME),
        (float("inf"), NotPricedReason.BAD_TIME),
        (10**400, NotPricedReason.BAD_TIME),
        (-(10**18), NotPricedReason.BAD_TIME),
        ("0001-01-01T00:00:00+23:00", NotPricedReason.BAD_TIME),
    ],
)
def test_anything_else_is_no_time(value: object, reason: NotPricedReason) -> None:
    with pytest.raises(UsageFault) as fault:
        read_time(value)
    assert fault.value.why.reason is reason


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "UTC\0"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidParameters):
        zone_of(name)
