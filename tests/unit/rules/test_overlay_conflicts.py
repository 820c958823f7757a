"""Conflicts between an overlay and the sources."""

from __future__ import annotations

from decimal import Decimal

from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.service.details.conflicts import ConflictFilter, list_conflicts
from llmanac.service.editions.edition import Edition

from ..small_overlays import overlaid_edition


def test_a_figure_that_a_rule_states_is_served_and_the_sources_is_the_other_one(overlaid: Edition) -> None:
    [found] = [it for it in overlaid.conflicts_of("acme/alpha") if it.field == "input"]

    assert (found.served.source, found.served.value) == ("overlays/corp", Decimal(1))
    assert (found.other.source, found.other.value) == ("models.dev", Decimal(3))
    assert (found.cause, found.served_rule) == (Cause.OVERLAY, ServedRule.OVERLAY)
    assert found.rule == "The overlay corp states it in rule 2, by ann: Negotiated"


def test_a_discount_states_every_rate_that_no_rule_above_it_does(overlaid: Edition) -> None:
    found = {it.field: it for it in overlaid.conflicts_of("acme/alpha")}

    assert found["output"].served.value == Decimal("7.5")
    assert found["output"].rule.startswith("The overlay corp states it in rule 1,")


def test_of_what_a_rule_adds_no_source_states_another_figure(overlaid: Edition) -> None:
    assert overlaid.conflicts_of("rack/own") == ()


def test_a_rule_that_says_what_the_sources_say_is_in_no_conflict() -> None:
    edition = overlaid_edition({"match": "acme/alpha", "set": {"rates": {"input": 3}}, "reason": "As listed"})

    assert edition.conflicts == ()


def test_they_are_listed_with_the_day_on_which_the_overlay_was_written(overlaid: Edition) -> None:
    page = list_conflicts(overlaid, ConflictFilter(causes=(Cause.OVERLAY,)))

    assert page.total == len(overlaid.conflicts) > 0
    assert page.causes == {Cause.OVERLAY: page.total}
    assert {claim.date for it in page.conflicts for claim in it.claims} == {"2026-07-10", "2026-07-01"}
    assert list_conflicts(overlaid, ConflictFilter(causes=(Cause.DRIFT,))).total == 0
