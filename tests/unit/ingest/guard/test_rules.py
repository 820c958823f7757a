"""The rules of the guard, each at and beside its limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as replace_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from llmanac.domain.pricing import Fee, Rates, Service, Tier
from llmanac.domain.records import Benchmark, Capability, Limits, Link
from llmanac.ingest.guard.drift import NO_ORIGINS
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


def reverted_to(*records: ModelClaims, confirmations: int = 3) -> Examination:
    newer = feed(*records, sha256="earlier")
    superseded = frozenset({"earlier"})
    return examine(feed(*SERVED, sha256="now"), newer, seen={}, confirmations=confirmations, superseded=superseded)


def test_a_content_that_was_served_before_comes_back_where_its_dates_are_not_older() -> None:
    assert objections(reverted_to(*SERVED, record(MODELS))) == []


def test_one_with_older_dates_comes_back_once_it_is_confirmed() -> None:
    older = [replace(it, last_updated="2026-07-31") for it in SERVED]

    assert objections(reverted_to(*older)) == [GuardRule.REVERTED]
    assert objections(reverted_to(*older, confirmations=1)) == []
    assert not reverted_to(*older).is_final


def test_keys_that_are_new_to_stand_twice() -> None:
    twice = (Reject("host/models/model-001", "the key is given more than once: 1, then 2, which is read"),)
    other = (
        Reject("host/model-001: cost", "a string, where an object is expected"),
        Reject("host/models/model-001", "the key is given more than once, with equal values"),
    )
    [anomaly] = examine(feed(*SERVED), feed(*SERVED, rejects=twice), seen={}, confirmations=3).blocking
    assert anomaly.detail == (
        "a key is given twice: host/models/model-001: the key is given more than once: 1, then 2, which is read"
    )

    assert objections(examine(feed(*SERVED), feed(*SERVED, rejects=twice), seen={}, confirmations=3)) == [
        GuardRule.REPEATED
    ]
    assert (
        objections(examine(feed(*SERVED, rejects=twice), feed(*SERVED, rejects=twice), seen={}, confirmations=3)) == []
    )
    assert objections(examine(feed(*SERVED), feed(*SERVED, rejects=other), seen={}, confirmations=3)) == []


@pytest.mark.parametrize("price", ["20", "0.2", "0"])
def test_a_price_that_jumps_is_held(price: str) -> None:
    assert held(verdict_on(with_first(1, cost=cost(price)))) == [(GuardRule.JUMPED, "host/model-000")]


@pytest.mark.parametrize("price", ["19.99", "0.201"])
def test_less_than_ten_times_is_no_jump(price: str) -> None:
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


# ── Services, tiers and fees ─────────────────────────────────────────────────────────────────────


def priced(rates: Rates, *services: Service, tiers: tuple[Tier, ...] = (), fees: tuple[Fee, ...] = ()) -> ModelClaims:
    return replace(SERVED[0], cost=Cost(rates, tiers, services, fees=fees))


def usd(input_price: str, output_price: str) -> Rates:
    return Rates(input=Decimal(input_price), output=Decimal(output_price))


FAST = Service("fast", usd("10", "60"), (Tier(200_000, usd("20", "90")),))
WITH_SERVICES = priced(usd("5", "30"), FAST, Service("flex", usd("2.5", "15")), tiers=(Tier(200_000, usd("10", "45")),))


def compared(before: ModelClaims, after: ModelClaims) -> Examination:
    return examine(feed(before, *SERVED[1:]), feed(after, *SERVED[1:]), seen={}, confirmations=3)


def test_an_ordinary_cut_passes_at_once_with_its_modes_and_tiers() -> None:
    fast = Service("fast", usd("8", "48"), (Tier(200_000, usd("16", "72")),))
    cut = priced(usd("4", "24"), fast, Service("flex", usd("2", "12")), tiers=(Tier(200_000, usd("8", "36")),))
    verdict = compared(WITH_SERVICES, cut)

    assert verdict.anomalies == ()
    assert verdict.tally == Tally(changed=1, repriced=1)


def test_a_service_that_is_new_passes_at_once() -> None:
    assert compared(priced(usd("5", "30")), WITH_SERVICES).anomalies == ()


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (priced(usd("5", "30"), FAST, Service("flex", usd("500", "15"))), "cost.services.flex.input from 2.5 to 500"),
        (
            priced(usd("5", "30"), Service("fast", usd("10", "60"), (Tier(200_000, usd("20", "900")),))),
            "cost.services.fast.above 200000.output from 90 to 900",
        ),
    ],
)
def test_a_jump_in_a_service_is_a_jump_and_said_in_numbers(after: ModelClaims, name: str) -> None:
    jumped = [it for it in compared(WITH_SERVICES, after).anomalies if it.rule is GuardRule.JUMPED]

    assert [it.detail for it in jumped] == [name]


def test_no_detail_has_an_object_of_the_program_in_it() -> None:
    before = replace(
        SERVED[0],
        links=(Link(label="Card", url="https://a.example", kind="model_card"),),
        benchmarks=(Benchmark(name="MMLU", score=0.5),),
        capabilities=(Capability.VISION,),
    )
    [anomaly] = compared(before, replace(SERVED[0], cost=None)).anomalies

    assert "(" not in anomaly.detail
    assert "capabilities.vision is gone" in anomaly.detail
    assert "links.Card https://a.example model_card is gone" in anomaly.detail


# ── Prices without a price before them ───────────────────────────────────────────────────────────


def new_model(name: str, input_price: str, output_price: str, *, canonical: str | None = None) -> ModelClaims:
    return ModelClaims(id=name, canonical=canonical, cost=Cost(usd(input_price, output_price)))


@pytest.mark.parametrize(
    ("prices", "rules"),
    [
        (("0.27", "1.12"), []),
        (("0", "0"), []),
        (("150", "600"), []),
        (("270000", "1120000"), [GuardRule.ABSURD]),
        (("2160", "8960"), [GuardRule.ABSURD]),
        (("999999999", "1"), [GuardRule.ABSURD]),
        (("0.00000027", "0.00000112"), [GuardRule.ABSURD]),
        (("0.00000027", "8"), [GuardRule.ABSURD]),
    ],
)
def test_what_nobody_charges_is_not_believed_of_a_new_entry(prices: tuple[str, str], rules: list[GuardRule]) -> None:
    verdict = verdict_on([*SERVED, new_model("new", *prices)])

    assert [anomaly.rule for anomaly in verdict.anomalies] == rules


def test_what_nobody_charges_is_never_confirmed() -> None:
    later = [*SERVED, new_model("new", "270000", "1120000")]
    [anomaly] = verdict_on(later).anomalies

    assert anomaly.detail == (
        "cost.rates.input is 270000, which is not between 0.0001 and 1000; "
        "cost.rates.output is 1120000, which is not between 0.0001 and 2000"
    )
    assert held(verdict_on(later, seen={anomaly.key: 99})) == [(GuardRule.ABSURD, "host/new")]


def test_nor_of_one_that_had_no_price_nor_of_one_that_had_another() -> None:
    unknown = [replace(SERVED[0], cost=None), *SERVED[1:]]
    from_unknown = examine(feed(*unknown), feed(*with_first(1, cost=cost("500000"))), seen={}, confirmations=3)

    assert held(from_unknown) == [(GuardRule.ABSURD, "host/model-000")]
    assert (GuardRule.ABSURD, "host/model-000") in held(verdict_on(with_first(1, cost=cost("500000"))))


def test_of_a_whole_new_host_each_entry_is_judged() -> None:
    hosts = (
        ProviderClaims(id="host", models=SERVED),
        ProviderClaims(id="new", models=tuple(new_model(f"m{number}", "270000", "1120000") for number in range(15))),
    )
    verdict = examine(feed(*SERVED), replace_dataclass(feed(*SERVED), providers=hosts), seen={}, confirmations=3)

    assert [it.rule for it in verdict.quarantined] == [GuardRule.ABSURD] * 15


@pytest.mark.parametrize(
    ("prices", "rules"),
    [(("199", "8"), []), (("200", "8"), [GuardRule.OUTLYING]), (("0.02", "8"), [GuardRule.OUTLYING])],
)
def test_a_new_price_is_compared_with_the_same_model_elsewhere(prices: tuple[str, str], rules: list[GuardRule]) -> None:
    elsewhere = [new_model(f"{lab}/Model-X", "2", "8") for lab in ("a", "b")]
    verdict = examine(
        feed(*SERVED, *elsewhere), feed(*SERVED, *elsewhere, new_model("c/model-x", *prices)), seen={}, confirmations=3
    )

    assert [it.rule for it in verdict.anomalies] == rules


def test_and_with_other_models_of_its_host() -> None:
    assert held(verdict_on([*SERVED, new_model("new", "0.02", "8")])) == [(GuardRule.OUTLYING, "host/new")]
    assert held(verdict_on([*SERVED, new_model("new", "0.021", "8")])) == []


# ── Small steps ──────────────────────────────────────────────────────────────────────────────────


def steps(*prices: str, days: int = 1, confirmations: int = 3) -> list[list[GuardRule]]:
    """The rules that each step breaks, a step every so many days; quarantined prices are served as they were."""
    served, origins, today = record(0), NO_ORIGINS, date(2026, 8, 1)
    broken: list[list[GuardRule]] = []
    for price in prices:
        today += timedelta(days=days)
        newer = replace(record(0), cost=cost(price))
        verdict = examine(
            feed(served, *SERVED[1:]),
            feed(newer, *SERVED[1:]),
            seen={},
            confirmations=confirmations,
            origins=origins,
            today=today,
        )
        origins = verdict.origins
        broken.append([it.rule for it in verdict.anomalies])
        served = served if verdict.quarantined else newer
    return broken


def test_small_steps_are_seen_as_what_they_sum_up_to() -> None:
    assert steps("6", "18", "20") == [[], [], [GuardRule.DRIFTED]]
    assert steps("1", "0.5", "0.21", "0.2") == [[], [], [], [GuardRule.DRIFTED]]
    assert steps("6", "18", "19", "18") == [[], [], [], []]


def test_after_seven_days_a_step_is_forgotten() -> None:
    assert steps("6", "18", "20", days=4) == [[], [], []]


def test_what_was_confirmed_is_where_steps_begin_anew() -> None:
    assert steps("6", "18", "20", "30", confirmations=1) == [[], [], [GuardRule.DRIFTED], []]
    assert steps("20", "30", confirmations=1) == [[GuardRule.JUMPED], []]
