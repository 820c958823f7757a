from __future__ import annotations

from datetime import date

import pytest

from llmanac.pages.views.sources import age


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("2026-11-23", "today"),
        ("2026-11-24", "today"),
        ("2026-11-22", "yesterday"),
        ("2026-09-30", "54 days ago"),
        ("2026-11", "this month"),
        ("2026-10", "last month"),
        ("2025-11", "12 months ago"),
    ],
)
def test_the_age_of_a_source(stated: str, words: str) -> None:
    assert age(stated, date(2026, 11, 23)) == words
