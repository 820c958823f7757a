from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from llmanac.history.change import Change, ChangeKind, Difference, RecordedChange
from llmanac.pages.drawing import timeline

from ..conftest import MakeOffer

MAY, AUGUST, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (5, 8, 10, 11))
DAYS = {1: MAY, 2: AUGUST, 3: OCTOBER}


def repriced(epoch: int, **rates: tuple[Any, Any]) -> RecordedChange:
    differences = tuple(Difference(name, before, after) for name, (before, after) in rates.items())
    change = Change(
        kind=ChangeKind.PRICE, offer="host/m", provider="host", base="m", name=None, differences=differences
    )
    return RecordedChange(id=epoch, epoch=epoch, change=change)


def test_prices_are_derived_backwards_from_today(make_offer: MakeOffer) -> None:
    changes = [repriced(3, output=(3, 2)), repriced(2, output=(None, 3), input=(4, 1))]
    drawn = timeline.draw(make_offer(), changes, first=MAY, last=NOVEMBER, day_of=DAYS.__getitem__)
    assert drawn is not None
    steps = {series.rate: [(step.day, step.price) for step in series.steps] for series in drawn.series}
    assert steps["output"] == [(MAY, None), (AUGUST, 3.0), (OCTOBER, 2.0)]
    assert steps["input"] == [(MAY, 4.0), (AUGUST, 1.0)]


def test_where_nothing_is_known_there_is_a_gap(make_offer: MakeOffer) -> None:
    changes = [repriced(3, output=(None, 2)), repriced(2, output=(3, None))]
    drawn = timeline.draw(make_offer(), changes, first=MAY, last=NOVEMBER, day_of=DAYS.__getitem__)
    assert drawn is not None
    assert [series.path.count("M") for series in drawn.series] == [2, 1]


def test_prices_that_never_changed_need_no_drawing(make_offer: MakeOffer) -> None:
    assert timeline.draw(make_offer(), [], first=MAY, last=NOVEMBER, day_of=DAYS.__getitem__) is None


def test_a_single_day_needs_no_drawing(make_offer: MakeOffer) -> None:
    changes = [repriced(1, output=(3, 2))]
    assert timeline.draw(make_offer(), changes, first=MAY, last=MAY, day_of=DAYS.__getitem__) is None


def test_labels_of_days_have_room(make_offer: MakeOffer) -> None:
    near = {1: MAY, 2: date(2026, 5, 2), 3: OCTOBER}
    changes = [repriced(3, output=(3, 2)), repriced(2, output=(4, 3))]
    drawn = timeline.draw(make_offer(), changes, first=MAY, last=NOVEMBER, day_of=near.__getitem__)
    assert drawn is not None
    places = [place for place, _ in drawn.across]
    assert all(later - earlier >= timeline.LABEL_ROOM for earlier, later in pairwise(places))
