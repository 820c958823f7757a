"""Lifecycle dates that the history remembers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from llmanac.domain.feed import LITELLM, MODELS_DEV
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.records import Offer
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause, RecordedChange
from llmanac.history.lifetime import Lifetime
from llmanac.history.timeline import Epoch, Timeline
from llmanac.service.details.recall import last_dates, recall_dates

DAYS = (date(2026, 5, 21), date(2026, 8, 18), date(2026, 9, 30))
TIMELINE = Timeline(
    tuple(
        Epoch(
            number=number,
            began_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            digest=str(number),
            offers=1,
            feeds=(),
        )
        for number, day in enumerate(DAYS, 1)
    )
)
OFFER = Offer(provider="acme", model="m", base="m", status="deprecated")


def change(epoch: int, kind: ChangeKind, *differences: Difference) -> RecordedChange:
    changed = Change(kind=kind, offer="acme/m", provider="acme", base="m", name=None, differences=differences)
    return RecordedChange(id=epoch, epoch=epoch, change=changed)


def lifetime(*changes: RecordedChange) -> Lifetime:
    return Lifetime(
        first_seen=DAYS[0], since_beginning=True, last_seen=DAYS[-1], removed=None, names=("acme/m",), changes=changes
    )


def recalled(*changes: RecordedChange, offer: Offer = OFFER) -> Lifecycle:
    return recall_dates(offer, lifetime(*changes), TIMELINE)


def test_it_is_deprecated_since_the_first_feed_that_says_so() -> None:
    since_august = change(2, ChangeKind.STATUS, Difference("status", None, "deprecated"))

    assert recalled(since_august).deprecated_on == LifecycleDate("2026-08-18", MODELS_DEV)
    assert recalled().deprecated_on == LifecycleDate("2026-05-21", MODELS_DEV)
    added = change(3, ChangeKind.ADDED, Difference("status", None, "deprecated"))
    assert recalled(added).deprecated_on == LifecycleDate("2026-09-30", MODELS_DEV)


def test_it_is_deprecated_by_the_source_that_lists_it() -> None:
    assert recalled(offer=replace(OFFER, listed_by="ours")).deprecated_on == LifecycleDate("2026-05-21", "ours")


def test_what_is_not_deprecated_any_more_has_no_such_day() -> None:
    since_august = change(2, ChangeKind.STATUS, Difference("status", None, "deprecated"))

    assert recalled(since_august, offer=replace(OFFER, status=None)) == NO_LIFECYCLE


def test_a_last_day_that_a_feed_has_dropped_is_remembered_with_the_day_until_which_it_was_stated() -> None:
    stated = change(2, ChangeKind.LIFECYCLE, Difference("retires_on", None, "2026-11-30"))
    dropped = change(3, ChangeKind.LIFECYCLE, Difference("retires_on", "2026-11-30", None))
    remembered = LifecycleDate("2026-11-30", LITELLM, last_stated="2026-09-29")

    assert recalled(dropped, stated).retires_on == remembered


def test_what_a_feed_states_today_goes_before_what_is_remembered() -> None:
    dropped = change(3, ChangeKind.LIFECYCLE, Difference("retires_not_before", "2026-11-30", None))
    today = Lifecycle(retires_on=LifecycleDate("2027-01-31", LITELLM))

    assert recalled(dropped, offer=replace(OFFER, status=None, lifecycle=today)) == today


def test_the_dates_of_a_removed_offer_are_its_last_known() -> None:
    assert last_dates({"retires_on": "2026-08-05", "input": 3}, lifetime()) == Lifecycle(
        retires_on=LifecycleDate("2026-08-05", LITELLM, last_stated="2026-09-30")
    )
    assert last_dates({"input": 3}, lifetime()) == NO_LIFECYCLE


def test_it_is_said_where_an_overlay_calls_it_deprecated() -> None:
    ours = change(2, ChangeKind.STATUS, Difference("status", None, "deprecated", DifferenceCause.OVERLAY))

    assert recalled(ours).deprecated_on == LifecycleDate("2026-08-18", OVERLAYS)


def test_a_last_day_that_an_overlay_takes_back_is_not_what_a_source_stated() -> None:
    ours = change(3, ChangeKind.LIFECYCLE, Difference("retires_on", "2027-01-31", None, DifferenceCause.OVERLAY))
    theirs = change(2, ChangeKind.LIFECYCLE, Difference("retires_on", "2026-12-01", None))

    assert recalled(ours).retires_on is None
    assert recalled(ours, theirs).retires_on == LifecycleDate("2026-12-01", LITELLM, last_stated="2026-08-17")
