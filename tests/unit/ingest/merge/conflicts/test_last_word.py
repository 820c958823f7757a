"""The served figure of two that only time explains: that of who spoke last, with its guards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Offer
from llmanac.ingest.decode.figure_history import Statement
from llmanac.ingest.layer import Cost, ModelClaims, SourceClaims
from llmanac.ingest.merge.conflicts.causes import Cause, Disagreement, Figure
from llmanac.ingest.merge.conflicts.last_word import Evidence, ServedRule, decide

OLDEST = Statement("2026-05-21", since_oldest=True)
AUGUST = Statement("2026-08-18", since_oldest=False)
SEPTEMBER = Statement("2026-09-30", since_oldest=False)
NOVEMBER = Statement("2026-11", since_oldest=False)


def case(served: str, other: str, *, id: str = "acme/model") -> Disagreement:  # noqa: A002 -- an offer's
    provider, _, model = id.partition("/")
    price = Price(Rates(input=Decimal(served)), state=PriceState.KNOWN)
    first, second = (
        SourceClaims(source, ModelClaims(id="acme/model", cost=Cost(Rates(input=Decimal(figure)))))
        for source, figure in (("models.dev", served), ("litellm", other))
    )
    offer = Offer(provider=provider, model=model, base="model", price=price)
    return Disagreement(offer, second, "input", first, Decimal(served), Decimal(other))


def evidence(served: Statement, other: Statement, *, served_left: bool = False, other_left: bool = False) -> Evidence:
    return Evidence(served=served, other=other, served_has_left=served_left, other_has_left=other_left)


NEWER = evidence(AUGUST, NOVEMBER)
"""The other source spoke last."""


def rule(
    evidence: Evidence,
    *,
    of: Disagreement | None = None,
    cause: Cause = Cause.DRIFT,
    lab: frozenset[Figure] = frozenset(),
) -> ServedRule:
    return decide(of or case("5", "4"), cause, evidence, lab=lab)


def test_the_figure_of_the_later_day_is_served() -> None:
    assert rule(evidence(AUGUST, NOVEMBER)) is ServedRule.LATER
    assert rule(evidence(OLDEST, NOVEMBER)) is ServedRule.LATER
    assert rule(evidence(NOVEMBER, AUGUST)) is ServedRule.ORDER


def test_on_the_same_day_the_order_of_the_sources_decides() -> None:
    assert rule(evidence(AUGUST, AUGUST)) is ServedRule.ORDER


def test_a_figure_of_a_sources_oldest_feed_has_no_day() -> None:
    old = replace(NOVEMBER, since_oldest=True)

    assert rule(evidence(AUGUST, old)) is ServedRule.ORDER
    assert rule(evidence(OLDEST, old)) is ServedRule.ORDER


def test_a_figure_that_the_other_source_has_left_is_stale() -> None:
    assert rule(evidence(NOVEMBER, AUGUST, other_left=True)) is ServedRule.LEFT
    assert rule(evidence(AUGUST, NOVEMBER, served_left=True)) is ServedRule.ORDER


def test_where_each_has_left_the_others_figure_the_later_day_decides() -> None:
    assert rule(evidence(AUGUST, NOVEMBER, served_left=True, other_left=True)) is ServedRule.LATER
    assert rule(evidence(NOVEMBER, AUGUST, served_left=True, other_left=True)) is ServedRule.ORDER


def test_the_lab_decides_where_neither_has_a_day() -> None:
    agreeing = frozenset({Decimal(4)})

    assert rule(evidence(OLDEST, OLDEST), lab=agreeing) is ServedRule.LAB
    assert rule(evidence(OLDEST, OLDEST), lab=frozenset({Decimal(5)})) is ServedRule.ORDER
    assert rule(evidence(AUGUST, OLDEST), lab=agreeing) is ServedRule.ORDER


@pytest.mark.parametrize("cause", [it for it in Cause if it is not Cause.DRIFT])
def test_never_across_a_named_cause(cause: Cause) -> None:
    assert rule(NEWER, cause=cause, lab=frozenset({Decimal(4)})) is ServedRule.ORDER


@pytest.mark.parametrize("region", ["us.", "eu.", "apac.", "jp.", "au.", "global.", "us-gov."])
def test_never_for_a_region_of_bedrock(region: str) -> None:
    assert rule(NEWER, of=case("5", "4", id=f"amazon-bedrock/{region}anthropic.claude")) is ServedRule.ORDER
    assert rule(NEWER, of=case("5", "4", id="amazon-bedrock/anthropic.claude")) is ServedRule.LATER
    assert rule(NEWER, of=case("5", "4", id=f"acme/{region}anthropic.claude")) is ServedRule.LATER


def test_never_to_or_from_zero() -> None:
    assert rule(NEWER, of=case("5", "0")) is ServedRule.ORDER
    assert rule(NEWER, of=case("0", "5")) is ServedRule.ORDER


def test_a_figure_that_is_far_off_needs_the_lab() -> None:
    assert rule(NEWER, of=case("5", "1")) is ServedRule.LATER
    assert rule(NEWER, of=case("5", "0.9")) is ServedRule.ORDER
    assert rule(NEWER, of=case("1", "5")) is ServedRule.LATER
    assert rule(NEWER, of=case("1", "5.1")) is ServedRule.ORDER
    assert rule(NEWER, of=case("1", "5.1"), lab=frozenset({Decimal("5.1")})) is ServedRule.LATER


def test_a_part_that_is_far_off_may_follow_its_whole() -> None:
    assert decide(case("1", "9"), Cause.DRIFT, NEWER, has_whole=True) is ServedRule.LATER
    assert decide(case("1", "9"), Cause.PLAN, NEWER, has_whole=True) is ServedRule.ORDER
    assert decide(case("1", "0"), Cause.DRIFT, NEWER, has_whole=True) is ServedRule.ORDER
