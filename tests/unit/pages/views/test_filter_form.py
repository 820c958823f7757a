from __future__ import annotations

from llmanac.pages.views.filter_form import bars
from llmanac.search.facets import Count


def test_bars_show_how_many_lie_between_steps() -> None:
    at_least = bars([Count(8, 100), Count(32, 90), Count(128, 70)], at_least=True)
    assert [(bar.value, bar.height) for bar in at_least] == [(0.0, 0.0), (8.0, 3.4), (32.0, 6.9), (128.0, 24.0)]
    at_most = bars([Count(0.0, 5), Count(1.0, 15), Count(10.0, 20)], at_least=False)
    assert [bar.height for bar in at_most] == [12.0, 24.0, 12.0, 0.0]


def test_bars_of_nothing_are_flat() -> None:
    assert {bar.height for bar in bars([Count(1, 0), Count(2, 0)], at_least=True)} == {0.0}
