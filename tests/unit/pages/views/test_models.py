from __future__ import annotations

import pytest

from llmanac.pages.query_form import Fields
from llmanac.pages.views.models import ask, bars
from llmanac.search.facets import Count


@pytest.mark.parametrize(
    ("address", "is_featured"),
    [
        (b"", True),
        (b"sort=price", True),
        (b"plot=date", True),
        (b"featured=true&capabilities=vision", True),
        (b"featured=false", False),
        (b"capabilities=vision", False),
        (b"query=claude", False),
    ],
)
def test_an_address_that_asks_nothing_asks_for_what_people_use_now(address: bytes, is_featured: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert ask(Fields.of(address)).featured is is_featured


def test_bars_show_how_many_lie_between_steps() -> None:
    at_least = bars([Count(8, 100), Count(32, 90), Count(128, 70)], at_least=True)
    assert [(bar.value, bar.height) for bar in at_least] == [(0.0, 0.0), (8.0, 3.4), (32.0, 6.9), (128.0, 24.0)]
    at_most = bars([Count(0.0, 5), Count(1.0, 15), Count(10.0, 20)], at_least=False)
    assert [bar.height for bar in at_most] == [12.0, 24.0, 12.0, 0.0]


def test_bars_of_nothing_are_flat() -> None:
    assert {bar.height for bar in bars([Count(1, 0), Count(2, 0)], at_least=True)} == {0.0}
