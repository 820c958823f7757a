"""Windows that recur every week: hours in UTC, weekdays by a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from llmanac.domain.peak_hours import WeeklyWindow

MORNING = WeeklyWindow(start=4 * 60, end=6 * 60, weekdays=(1, 2, 3, 4, 5))
EVENING = WeeklyWindow(start=10 * 60, end=24 * 60, weekdays=(5,))
NIGHT = WeeklyWindow(start=16 * 60 + 30, end=30, weekdays=(5,))
IN_SHANGHAI = WeeklyWindow(start=0, end=24 * 60, weekdays=(6, 7), timezone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("window", "at", "is_open"),
    [
        (MORNING, "2026-11-27 03:59", False),  # a Friday
        (MORNING, "2026-11-27 04:00", True),
        (MORNING, "2026-11-27 05:59", True),
        (MORNING, "2026-11-27 06:00", False),
        (MORNING, "2026-11-28 05:00", False),
        (EVENING, "2026-11-27 23:59", True),
        (EVENING, "2026-11-28 00:00", False),
        # After midnight, a window that began on Friday is still that of Friday
        (NIGHT, "2026-11-27 16:29", False),
        (NIGHT, "2026-11-27 16:30", True),
        (NIGHT, "2026-11-28 00:29", True),
        (NIGHT, "2026-11-28 00:30", False),
        (NIGHT, "2026-11-27 00:15", False),
        # Saturday begins in Shanghai at 16:00 UTC on Friday
        (IN_SHANGHAI, "2026-11-27 15:59", False),
        (IN_SHANGHAI, "2026-11-27 16:00", True),
        (IN_SHANGHAI, "2026-11-29 15:59", True),
        (IN_SHANGHAI, "2026-11-29 16:00", False),
    ],
)
def test_a_window_is_open_at_its_hours(window: WeeklyWindow, at: str, *, is_open: bool) -> None:
    time = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert window.has(time) is is_open
    assert window.has(time.astimezone(timezone(timedelta(hours=-7)))) is is_open
