"""Lifecycle dates: what is stated, and when it is over."""

from __future__ import annotations

from datetime import date

import pytest

from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate


def test_the_last_day_is_stated_before_the_one_that_it_does_not_end_before() -> None:
    last, least = LifecycleDate("2026-11-30", "litellm"), LifecycleDate("2026-10-15", "litellm")

    assert Lifecycle(retires_on=last, retires_not_before=least).stated == last
    assert Lifecycle(retires_not_before=least).stated == least
    assert NO_LIFECYCLE.stated is None


@pytest.mark.parametrize(
    ("stated", "today", "over"),
    [
        ("2026-11-30", "2026-11-30", False),
        ("2026-11-30", "2026-12-01", True),
        ("2026-11", "2026-11-26", False),
        ("2026-11", "2026-11-30", False),
        ("2026-11", "2026-12-01", True),
    ],
)
def test_an_offer_has_ended_the_day_after_its_last(stated: str, today: str, *, over: bool) -> None:
    lifecycle = Lifecycle(retires_on=LifecycleDate(stated, "litellm"))

    assert lifecycle.has_ended(date.fromisoformat(today)) is over


def test_a_promise_until_a_day_is_no_end_on_it() -> None:
    lifecycle = Lifecycle(retires_not_before=LifecycleDate("2026-10-15", "litellm"))

    assert not lifecycle.has_ended(date(2027, 1, 1))
