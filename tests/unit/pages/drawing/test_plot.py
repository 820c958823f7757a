from __future__ import annotations

import pytest

from llmanac.domain.pricing import PriceState
from llmanac.pages.drawing import plot

from ..conftest import MakeOffer


def test_dearer_is_higher_and_larger_is_further_right(make_offer: MakeOffer) -> None:
    cheap, dear = make_offer("cheap", output="2", context=8_000), make_offer("dear", output="20", context=1_000_000)
    one, other = plot.draw([cheap, dear], plot.AXES["context"]).points
    assert one.top > other.top
    assert one.left < other.left


def test_what_is_free_has_a_place_below_all_prices(make_offer: MakeOffer) -> None:
    free = make_offer("free", input="0", output="0", state=PriceState.FREE)
    drawn = plot.draw([free, make_offer("cheap", output="0.02")], plot.AXES["context"])
    assert drawn.has_free
    assert drawn.points[0].top > drawn.points[1].top
    assert drawn.points[0].top < plot.HEIGHT - plot.BOTTOM


@pytest.mark.parametrize("axis", plot.AXES)
def test_what_is_unknown_is_left_out_and_counted(make_offer: MakeOffer, axis: str) -> None:
    offers = [
        make_offer("known"),
        make_offer("no price", input=None, output=None, state=PriceState.UNKNOWN),
        make_offer("in a plan", input="0", output="0", state=PriceState.IN_PLAN),
    ]
    drawn = plot.draw(offers, plot.AXES[axis])
    assert [point.offer.model for point in drawn.points] == ["known"]
    assert drawn.left_out == 2


@pytest.mark.parametrize("axis", plot.AXES)
def test_every_point_lies_inside_whatever_the_values(make_offer: MakeOffer, axis: str) -> None:
    offers = [
        make_offer("a", output="0.000001", context=1, release_date="1970-01", popularity=0.0),
        make_offer("b", output="99999", context=10**9, release_date="2099-12-31", popularity=1.0),
        make_offer("c"),
    ]
    for shown in (offers, offers[:1], []):
        for point in plot.draw(shown, plot.AXES[axis]).points:
            assert plot.LEFT <= point.left <= plot.WIDTH - plot.RIGHT
            assert plot.TOP <= point.top <= plot.HEIGHT - plot.BOTTOM


def test_no_name_is_written_twice_or_over_another(make_offer: MakeOffer) -> None:
    offers = [
        make_offer(f"m{number}", name=f"Model {number % 3}", output=str(1 + number / 100)) for number in range(30)
    ]
    labels = [point.label for point in plot.draw(offers, plot.AXES["context"]).points if point.label]
    assert len(labels) == len(set(labels))
    assert labels
