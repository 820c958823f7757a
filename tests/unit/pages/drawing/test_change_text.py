from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause
from llmanac.pages.drawing.change_text import ValueStep, describe_change

DAY = date(2026, 9, 30)


def change(kind: ChangeKind, *differences: tuple[Any, ...], previous: str | None = None) -> Change:
    return Change(
        kind=kind,
        offer="host/m",
        provider="host",
        base="m",
        name="M",
        previous=previous,
        differences=tuple(Difference(*it) for it in differences),
    )


@pytest.mark.parametrize(
    ("kind", "difference", "step"),
    [
        (ChangeKind.PRICE, ("output", 3, 4.5), ValueStep("output", "$3.00", "$4.50", "+50%", rises=True)),
        (ChangeKind.PRICE, ("cache_read", None, 0.3), ValueStep("cache read", "\u2013", "$0.30")),
        (ChangeKind.PRICE, ("input", 0, 1), ValueStep("input", "$0.00", "$1.00")),
        (ChangeKind.LIMITS, ("context", 200_000, 100_000), ValueStep("context", "200K", "100K", "-50%")),
        (ChangeKind.STATUS, ("status", None, "deprecated"), ValueStep("status", "\u2013", "deprecated")),
        (
            ChangeKind.CAPABILITIES,
            ("capabilities", ["a", "b"], ["b", "tool_call"]),
            ValueStep("capabilities", "a", "tool call"),
        ),
        (ChangeKind.OTHER, ("open_weights", False, True), ValueStep("open weights", "no", "yes")),
        (ChangeKind.OTHER, ("litellm", None, "x/m"), ValueStep("LiteLLM id", "\u2013", "x/m")),
        (
            ChangeKind.PRICE,
            ("tiers", None, [{"above": 200_000, "input": 4, "output": 18}]),
            ValueStep("tiers", "\u2013", "above 200K: $4.00 input, $18.00 output"),
        ),
    ],
)
def test_a_fact_before_and_after(kind: ChangeKind, difference: tuple[str, Any, Any], step: ValueStep) -> None:
    assert describe_change(change(kind, difference), DAY).steps == (step,)


def test_an_added_or_removed_offer_is_summed_up() -> None:
    facts = [("context", 128_000), ("input", 1), ("output", 2)]
    added = describe_change(change(ChangeKind.ADDED, *((name, None, value) for name, value in facts)), DAY)
    removed = describe_change(change(ChangeKind.REMOVED, *((name, value, None) for name, value in facts)), DAY)
    assert added.remark == removed.remark == "128K · $1.00 in, $2.00 out"


def test_a_rename_names_the_former_id() -> None:
    assert describe_change(change(ChangeKind.RENAMED, previous="host/old"), DAY).remark == "was host/old"


def test_the_cause_is_told_of_numbers_lists_and_added_offers() -> None:
    ours = DifferenceCause.OVERLAY
    said = "by the organisation's overlays"
    steps = describe_change(change(ChangeKind.OWN, ("tags", ["a"], ["b"], ours), ("notes", None, "x", ours)), DAY).steps
    assert [step.note for step in steps] == [said, said]
    added = change(ChangeKind.ADDED, ("context", None, 128_000, ours), ("input", None, 1, ours))
    assert describe_change(added, DAY).remark == f"128K · $1.00 in, \u2013 out · {said}"
