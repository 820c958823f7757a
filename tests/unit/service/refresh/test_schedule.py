from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from llmanac.service.refresh.schedule import JITTER, SETTLING, Schedule

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def schedule(jitter: float = 0.0) -> Schedule:
    return Schedule(HOUR, started_at=NOON, jitter=lambda: jitter)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_the_first_refresh_comes_within_moments(jitter: float) -> None:
    first = NOON + jitter * SETTLING

    assert not schedule(jitter).is_due(None, now=first - SECOND)
    assert schedule(jitter).is_due(None, now=first)


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_the_next_one_comes_an_interval_after_the_last_and_a_little_later(jitter: float) -> None:
    following, last = schedule(jitter), NOON + 10 * SECOND
    due = max(last + HOUR * (1 + JITTER * jitter), NOON + jitter * SETTLING)

    assert not following.is_due(last, now=due - SECOND)
    assert following.is_due(last, now=due)


def test_a_restart_does_not_ask_again_at_once() -> None:
    assert not schedule().is_due(NOON - 10 * SECOND, now=NOON + SETTLING)


def test_an_overdue_refresh_waits_for_the_start_to_settle() -> None:
    assert not schedule(1.0).is_due(NOON - 9 * HOUR, now=NOON)
    assert schedule(1.0).is_due(NOON - 9 * HOUR, now=NOON + SETTLING)


def test_a_clock_that_was_wrong_does_not_delay_it_for_years() -> None:
    following, last = schedule(), NOON + 9000 * HOUR

    assert not following.is_due(last, now=NOON + SECOND)
    assert following.is_due(last, now=NOON + 2 * HOUR)
