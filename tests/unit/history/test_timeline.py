from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from llmanac.domain.feed import FeedRef
from llmanac.errors import NotFound
from llmanac.history.timeline import Epoch, FeedVersion, Timeline


def epoch(number: int, began_at: datetime, *, lacks: tuple[str, ...] = ()) -> Epoch:
    feed = FeedVersion(
        ref=FeedRef(name="models.dev", date="2026-05-21", origin="seed", sha256=f"{number:064}"), lacks=lacks
    )
    return Epoch(number=number, began_at=began_at, digest=f"{number:064}", offers=1, feeds=(feed,))


TIMELINE = Timeline(
    (
        epoch(1, datetime(2026, 5, 21, tzinfo=UTC)),
        epoch(2, datetime(2026, 8, 18, 9, tzinfo=UTC)),
        epoch(3, datetime(2026, 8, 18, 23, tzinfo=UTC)),
    )
)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 5, 21), 1),
        (date(2026, 8, 17), 1),
        (date(2026, 8, 18), 3),
        (date(2027, 1, 1), 3),
        (date.max, 3),
    ],
)
def test_a_day_is_answered_as_it_ended(day: date, number: int) -> None:
    assert TIMELINE.at(day).number == number


def test_before_the_first_day_nothing_is_known_and_the_first_day_is_named() -> None:
    with pytest.raises(NotFound, match="begins on 2026-05-21"):
        TIMELINE.at(date(2026, 5, 20))
    with pytest.raises(NotFound, match="has not begun"):
        Timeline().at(date(2026, 5, 20))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 5, 20), 1, 0),
        (date(2026, 5, 21), 1, 1),
        (date(2026, 8, 18), 2, 3),
        (date(2026, 8, 19), 4, 3),
        (date.max, 4, 3),
        (date.min, 1, 0),
    ],
)
def test_days_bound_the_numbers_of_epochs(day: date, first: int, last: int) -> None:
    assert TIMELINE.first_since(day) == first
    assert TIMELINE.last_until(day) == last


def test_an_epoch_lacks_what_any_of_its_feeds_lacks() -> None:
    assert epoch(1, datetime(2026, 5, 21, tzinfo=UTC), lacks=("tiers",)).lacks == {"tiers"}
