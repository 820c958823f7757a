"""The validity of rules: days are in UTC, and included."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from llmanac.rules.overlay import Overlay, OverlayRule
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of, read_rules
from llmanac.rules.validity import Validity, next_change, validity


def rule(**changes: Any) -> OverlayRule:
    return OverlayRule.model_validate({"match": "a/*", "set": {"tags": "x"}, "reason": "because", **changes})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-08-31T23:59:59", Validity.SCHEDULED),
        ("2026-09-01T00:00:00", Validity.IN_FORCE),
        ("2026-09-30T23:59:59", Validity.IN_FORCE),
        ("2026-10-01T00:00:00", Validity.EXPIRED),
    ],
)
def test_both_days_are_included(now: str, expected: Validity) -> None:
    assert validity(rule(valid_from="2026-09-01", valid_until="2026-09-30"), at(now)) is expected


def test_a_time_is_meant_to_the_second() -> None:
    promotion = rule(valid_until="2026-09-01T12:00:00+02:00")

    assert validity(promotion, at("2026-09-01T09:59:59")) is Validity.IN_FORCE
    assert validity(promotion, at("2026-09-01T10:00:00")) is Validity.EXPIRED


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59+14:00"])
def test_the_end_of_the_calendar_is_far_away(end: str) -> None:
    forever = rule(valid_from="0001-01-01", valid_until=end)

    assert validity(forever, at("2026-09-01")) is Validity.IN_FORCE
    assert validity(rule(valid_from=end), at("2026-09-01")) is Validity.SCHEDULED
    next_change([Overlay(name="a", priority=0, rules=(forever,))], at("2026-09-01"))


def test_the_next_change_is_the_next_beginning_or_end() -> None:
    overlay = Overlay(name="a", priority=0, rules=(rule(valid_from="2026-09-01", valid_until="2026-09-30"), rule()))

    assert next_change([overlay], at("2026-08-01")) == at("2026-09-01")
    assert next_change([overlay], at("2026-09-01")) == at("2026-10-01")
    assert next_change([overlay], at("2026-10-01")) is None


def test_the_feed_has_the_rules_that_hold_from_the_lowest_overlay_to_the_highest() -> None:
    def declared(name: str, priority: int, *rules: OverlayRule) -> DeclaredOverlay:
        overlay = Overlay(name=name, priority=priority, rules=rules)
        return DeclaredOverlay(overlay=overlay, author="ann", written_at=at("2026-11-01T12:00:00"))

    overlays = [
        declared("b", 1, rule()),
        declared("z", 0, rule(), rule(valid_from="2027-01-01")),
        declared("a", 0, rule()),
    ]

    feed = feed_of(overlays, at("2026-11-27"))

    assert feed is not None
    assert [(it.overlay, it.number) for it in read_rules(feed)] == [("a", 1), ("z", 1), ("b", 1)]
    assert feed.ref.date == "2026-11-01"
    assert feed_of(overlays, at("2026-11-28")).ref == feed.ref  # type: ignore[union-attr]  # -- there are rules


def test_where_no_rule_holds_there_is_no_feed() -> None:
    assert feed_of([], at("2026-11-27")) is None
