from __future__ import annotations

from datetime import timedelta

from llmanac.clock import system_clock


def test_the_system_clock_tells_utc() -> None:
    assert system_clock().utcoffset() == timedelta(0)


def test_the_system_clock_goes_on() -> None:
    assert system_clock() <= system_clock()
