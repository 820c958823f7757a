"""The rules of the guard, each at and beside its limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as replace_dataclass
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from llmanac.domain.pricing import Rates
from llmanac.domain.records import Limits
from llmanac.ingest.guard.rules import Examination, GuardRule, Tally, examine
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims, Reject

MODELS = 100
NOTHING: Mapping[str, int] = {}


def record(number: int, *, price: str = "2", context: int | None = 1000, date: str = "2026-08-01") -> ModelClaims:
    rates = Rates(input=Decimal(price), output=Decimal(8))
    return ModelClaims(
        id=f"model-{number:03}",
        name=f"Model {number}",
        last_updated=date,
        limits=Limits(context=context),
        cost=Cost(rates),
    )


def feed(*records: ModelClaims, rejects: tuple[Reject, ...] = (), sha256: str = "") -> Layer:
    return Layer(
        source="models.dev",
        providers=(ProviderClaims(id="host", models=records),),
        size=len(records),
        rejects=rejects,
        unknown_keys={},
        sha256=sha256,
    )


SERVED = tuple(record(number) for number in range(MODELS))


def verdict_on(
    records: Sequence[ModelClaims],
    *,
    seen: Mapping[str, int] = NOTHING,
    is_present: Callable[[str], bool] = lambda _: False,
) -> Examination:
    return examine(feed(*SERVED), feed(*records), seen=seen, confirmations=3, is_present=is_present)


def objections(verdict: Examination) -> list[GuardRule]:
    return [anomaly.rule for anomaly in verdict.blocking]


def held(verdict: Examination) -> list[tuple[GuardRule, str | None]]:
    return [(anomaly.rule, anomaly.entry) for anomaly in verdict.quarantined]


def with_first(count: int, **changes: Any) -> list[ModelClaims]:
    """So many of the models with other values, the others as they are."""
    return [replace(it, **changes) if number < count else it for number, it in enumerate(SERVED)]


def cost(price: str) -> Cost:
    return Cost(Rates(input=Decimal(price), output=Decimal(8)))


def test_the_same_feed_raises_no_doubt() -> None:
    assert verdict_on(SERVED) == Examination(anomalies=(), tally=Tally(), confirmations=3)


def test_differences_are_counted() -> None:
    later = [*with_first(2, cost=cost("3"))[1:], record(MODELS), record(MODELS + 1)]
    later[5] = replace(later[5], name="Another name")

    assert verdict_on(later).tally == Tally(added=2, removed=1, changed=2, repriced=1)


@pytest.mark.parametrize(("left", "rules"), [(80, []), (79, [GuardRule.SHRUNK, GuardRule.REPLACED])])
def test_a_feed_keeps_eighty_percent_of_its_models(left: int, rules: list[GuardRule]) -> None:
    assert objections(verdict_on(SERVED[:left])) == rules


def test_a_feed_has_fifty_models_if_it_ever_had() -> None:
    small = examine(feed(*SERVED[:55]), feed(*SERVED[:49]), seen={}, confirmations=3)
    tiny = examine(feed(*SERVED[:5]), feed(*SERVED[:5]), seen={}, confirmations=3)

    assert objections(small) == [GuardRule.SHRUNK]
    assert objections(tiny) == []


def test_a_shrunken_feed_is_never_believed_by_itself() -> None:
    first = verdict_on(SERVED[:40])
    again = verdict_on(SERVED[:40], seen={anomaly.key: 99 for anomaly in first.anomalies})

    assert objections(again) == [GuardRule.SHRUNK]
    assert again.is_final


@pytest.mark.parametrize(("gone", "rules"), [(20, []), (21, [GuardRule.REPLACED])])
def test_a_fifth_may_be_replaced(gone: int, rules: list[GuardRule]) -> None:
    later = [*SERVED[gone:], *(record(MODELS + number) for number in range(gone))]

    assert objections(verdict_on(later)) == rules


@pytest.mark.parametrize(("moved", "rules"), [(5, []), (6, [GuardRule.REPRICED])])
def test_the_prices_of_a_twentieth_may_move(moved: int, rules: list[GuardRule]) -> None:
    assert objections(verdict_on(with_first(moved, cost=cost("3.02")))) == rules


def test_a_price_that_moves_by_half_has_not_moved_by_more() -> None:
    assert objections(verdict_on(with_first(50, cost=cost("3")))) == []


@pytest.mark.parametrize(("moved", "rules"), [(20, []), (21, [GuardRule.RESIZED])])
def test_the_limits_of_a_fifth_may_move(moved: int, rules: list[GuardRule]) -> None:
    assert objections(verdict_on(with_first(moved, limits=Limits(context=4000)))) == rules


@pytest.mark.parametrize(("lost", "rules"), [(10, []), (11, [GuardRule.BLURRED])])
def test_of_a_tenth_something_may_become_unknown(lost: int, rules: list[GuardRule]) -> None:
    assert objections(verdict_on(with_first(lost, limits=Limits()))) == rules


def test_newest_dates_do_not_go_back() -> None:
    older = [replace(it, last_updated="2026-07-31") for it in SERVED]
    few_wrong = with_first(MODELS - 20, last_updated="2026-07-31")

    assert objections(verdict_on(older)) == [GuardRule.OLDER]
    assert objections(verdict_on(few_wrong)) == []


def test_a_content_that_was_served_before_does_not_come_back() -> None:
    newer = feed(*SERVED, record(MODELS), sha256="earlier")
    verdict = examine(feed(*SERVED, sha256="now"), newer, seen={}, confirmations=1, superseded=frozenset({"earlier"}))

    assert objections(verdict) == [GuardRule.OLDER]


def test_keys_that_are_new_to_stand_twice() -> None:
    twice = (Reject("host/models/model-001", "the key is given more than once; its last value was read"),)
    other = (Reject("host/model-001: cost", "a string, where an object is expected"),)

    assert objections(examine(feed(*SERVED), feed(*SERVED, rejects=twice), seen={}, confirmations=3)) == [
        GuardRule.REPEATED
    ]
    assert (
        objections(examine(feed(*SERVED, rejects=twice), feed(*SERVED, rejects=twice), seen={}, confirmations=3)) == []
    )
    assert objections(examine(feed(*SERVED), feed(*SERVED, rejects=other), seen={}, confirmations=3)) == []


@pytest.mark.parametrize("price", ["20.01", "0.199", "0"])
def test_a_price_that_jumps_is_held(price: str) -> None:
    assert held(verdict_on(with_first(1, cost=cost(price)))) == [(GuardRule.JUMPED, "host/model-000")]


@pytest.mark.parametrize("price", ["20", "0.2"])
def test_ten_times_is_no_jump_yet(price: str) -> None:
    assert held(verdict_on(with_first(1, cost=cost(price)))) == []


def test_what_was_free_and_is_not_any_more_is_held() -> None:
    free = [replace(SERVED[0], cost=cost("0")), *SERVED[1:]]

    assert held(examine(feed(*free), feed(*SERVED), seen={}, confirmations=3)) == [(GuardRule.JUMPED, "host/model-000")]


def test_what_becomes_known_is_welcome() -> None:
    unknown = [replace(SERVED[0], cost=None), *SERVED[1:]]

    assert held(examine(feed(*unknown), feed(*SERVED), seen={}, confirmations=3)) == []


def test_what_was_known_and_is_not_any_more_is_held() -> None:
    assert held(verdict_on(with_first(1, name=None))) == [(GuardRule.VANISHED, "host/model-000")]
    assert held(verdict_on(with_first(1, cost=None))) == [(GuardRule.VANISHED, "host/model-000")]


def test_an_entry_that_is_there_and_cannot_be_read_is_held() -> None:
    assert held(verdict_on(SERVED[1:])) == []
    assert held(verdict_on(SERVED[1:], is_present=lambda _: True)) == [(GuardRule.VANISHED, "host/model-000")]


@pytest.mark.parametrize("new", ["MODEL-000", "m\u043edel-000", "\uff4dodel-000"])
def test_a_new_id_that_looks_like_another_is_held(new: str) -> None:
    later = [*SERVED, replace(SERVED[0], id=new)]

    assert held(verdict_on(later)) == [(GuardRule.LOOKALIKE, f"host/{new}")]


def test_a_doubt_counts_how_often_it_came_up() -> None:
    later = with_first(1, cost=cost("200"))
    times = []
    seen: dict[str, int] = {}
    for _ in range(4):
        verdict = verdict_on(later, seen=seen)
        seen = {anomaly.key: anomaly.times for anomaly in verdict.anomalies}
        times.append((verdict.anomalies[0].times, bool(verdict.quarantined)))

    assert times == [(1, True), (2, True), (3, False), (4, False)]


def test_another_jump_of_the_same_price_is_another_doubt() -> None:
    once, twice = (verdict_on(with_first(1, cost=cost(price))).anomalies[0].key for price in ("200", "201"))

    assert once != twice


def test_nothing_is_odd_about_the_first_feed_of_a_kind() -> None:
    empty: Layer = replace_dataclass(feed(), providers=())

    assert verdict_on(SERVED).anomalies == ()
    assert examine(empty, feed(*SERVED), seen={}, confirmations=3).anomalies == ()
