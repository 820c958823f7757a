from __future__ import annotations

import pytest

from llmanac.history.change import ChangeKind, Difference, DifferenceCause
from llmanac.history.wording import difference_text, summary


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference("input", 3, 2.5), "input 3 → 2.5"),
        (Difference("cache_read", None, 0.3), "cache_read unknown → 0.3"),
        (
            Difference("input", 5, 4, DifferenceCause.SERVED_SOURCE),
            "input 5 → 4 (another source's figure is served)",
        ),
        (Difference("open_weights", False, True), "open_weights no → yes"),
        (Difference("capabilities", ["pdf", "vision"], ["vision", "reasoning"]), "capabilities +reasoning -pdf"),
        (Difference("tiers", [{"above": 200000, "input": 6}], None), "tiers above 200000 input 6 → unknown"),
    ],
)
def test_a_difference_in_words(difference: Difference, words: str) -> None:
    assert difference_text(difference) == words


def test_an_added_or_removed_model_is_described_by_its_essential_facts() -> None:
    known = (Difference("input", None, 3), Difference("name", None, "X"), Difference("context", None, 1000))

    assert summary(ChangeKind.ADDED, known) == "input 3, context 1000"
    assert summary(ChangeKind.REMOVED, (Difference("input", 3, None),)) == "input 3"


def test_a_renamed_model_is_described_by_its_former_id() -> None:
    assert summary(ChangeKind.RENAMED, (), previous="acme/old") == "was acme/old"


def test_the_cause_of_an_added_model_is_told_once() -> None:
    cause = DifferenceCause.OVERLAY
    known = (Difference("input", None, 3, cause), Difference("context", None, 1000, cause))

    assert summary(ChangeKind.ADDED, known) == "input 3, context 1000 (by the organisation's overlays)"
    assert summary(ChangeKind.ADDED, (Difference("name", None, "X", cause),)) == "(by the organisation's overlays)"


def test_the_cause_of_a_changed_list_is_told() -> None:
    changed = Difference("tags", ["a"], ["a", "b"], DifferenceCause.OVERLAY)

    assert difference_text(changed) == "tags +b (by the organisation's overlays)"
