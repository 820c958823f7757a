"""Changes that overlays have made are told from those of the sources."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.domain.overlaid import OfferOverlay, OverlaidFact
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause
from llmanac.history.overlay_causes import with_overlay_causes


def change(kind: ChangeKind, *differences: Difference, previous: str | None = None) -> Change:
    return Change(
        kind=kind, offer="acme/m", provider="acme", base="m", name=None, previous=previous, differences=differences
    )


def stating(value: Any, upstream: Any) -> dict[str, OfferOverlay]:
    return {"acme/m": OfferOverlay(facts={"input": OverlaidFact(value=value, upstream=upstream, rule=0)})}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, stating(1, 2), DifferenceCause.OVERLAY),
        (stating(2, 3), {}, None),
        (stating(2, 1), {}, DifferenceCause.OVERLAY),
        (stating(2, 4), stating(1, 2), None),
        (stating(2, 4), stating(1, 4), DifferenceCause.OVERLAY),
        ({}, {}, None),
    ],
)
def test_it_is_an_overlays_where_the_sources_state_what_they_did(
    before: dict[str, OfferOverlay], after: dict[str, OfferOverlay], expected: DifferenceCause | None
) -> None:
    [told] = with_overlay_causes([change(ChangeKind.PRICE, Difference("input", 2, 1))], before, after)

    assert told.differences[0].cause is expected


def test_what_a_rule_added_or_took_away_is_its_own() -> None:
    added = {"acme/m": OfferOverlay(facts={}, added_by=0)}
    changes = [
        change(ChangeKind.ADDED, Difference("input", None, 1)),
        change(ChangeKind.REMOVED, Difference("input", 1, None)),
    ]

    first, _ = with_overlay_causes(changes, {}, added)
    _, second = with_overlay_causes(changes, added, {})

    assert first.differences[0].cause is second.differences[0].cause is DifferenceCause.OVERLAY
