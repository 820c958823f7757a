from __future__ import annotations

from datetime import date

import pytest

from llmanac.domain.dates import day_of, is_month, last_day_of


def test_a_day_is_itself() -> None:
    assert day_of("2026-11-23") == date(2026, 11, 23)
    assert not is_month("2026-11-23")


def test_a_month_is_its_first_day_or_the_one_that_is_asked_for() -> None:
    assert day_of("2026-11") == date(2026, 11, 1)
    assert day_of("2026-11", in_month=15) == date(2026, 11, 15)
    assert is_month("2026-11")


@pytest.mark.parametrize(
    ("stated", "last"), [("2026-11-23", "2026-11-23"), ("2026-11", "2026-11-30"), ("2028-02", "2028-02-29")]
)
def test_a_month_ends_on_its_last_day(stated: str, last: str) -> None:
    assert last_day_of(stated) == date.fromisoformat(last)


@pytest.mark.parametrize("stated", ["", "2026", "2026-13", "2026-02-30", "soon"])
def test_what_is_no_date_is_refused(stated: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month|day"):
        day_of(stated)
