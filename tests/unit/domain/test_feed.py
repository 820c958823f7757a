from __future__ import annotations

from datetime import date

from llmanac.domain.feed import FeedRef


def test_a_months_facts_are_of_its_first_day() -> None:
    ref = FeedRef(name="litellm", origin="embedded", date="2026-11", sha256="")

    assert ref.day == date(2026, 11, 1)
