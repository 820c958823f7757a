"""The figures of who spoke last, in the prices of offers, with the reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from llmanac.domain.feed import FeedRef
from llmanac.domain.pricing import Price, Rates, Service, Tier
from llmanac.domain.records import Offer
from llmanac.ingest.decode.figure_history import NO_HISTORY
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims
from llmanac.ingest.merge.merge import Merged, merge

TODAY = date(2026, 9, 30)
OLD = Cost(Rates(input=Decimal(5), output=Decimal(25), cache_read=Decimal("0.5")), (Tier(200_000, Rates()),))
NEW = Cost(
    Rates(input=Decimal(4), output=Decimal(19), cache_read=Decimal("0.4"), cache_write=Decimal(5)),
    (Tier(272_000, Rates(input=Decimal(8))),),
    (Service("batch", Rates(input=Decimal(2))),),
)


def hosts(cost: Cost, host: str = "openai") -> Layer:
    model = ModelClaims(id="gpt-x", cost=cost)
    provider = ProviderClaims(id=host, models=(model,))
    return Layer(source="models.dev", providers=(provider,), size=1, unknown_keys={}, sha256="")


def rows(cost: Cost | None, prefix: str = "openai") -> Layer:
    model = ModelClaims(id=f"{prefix}/gpt-x", litellm_provider=prefix, mode="chat", cost=cost)
    return Layer(source="litellm", models=(model,), size=1, unknown_keys={}, sha256="")


def ref(name: str, day: str) -> FeedRef:
    return FeedRef(name=name, origin="test", date=day, sha256=day)


def merged(cost: Cost, other: Cost, *, before: Cost | None = None, host: str = "openai") -> Merged:
    """A catalog of October, in which LiteLLM stated ``before`` until August."""
    past = NO_HISTORY.with_feeds(
        [
            (ref("models.dev", "2026-05-21"), hosts(cost, host)),
            (ref("litellm", "2026-05-21"), rows(before)),
            (ref("models.dev", "2026-10-01"), hosts(cost, host)),
            (ref("litellm", "2026-10-01"), rows(other)),
        ]
    )
    figures = {name: past.until(ref(name, "2026-10-01")) for name in ("models.dev", "litellm")}
    return merge([hosts(cost, host), rows(other)], today=TODAY, figures=figures)


def only(merged: Merged) -> Offer:
    [offer] = merged.offers
    return offer


def price(*costs: Cost, before: Cost | None = None) -> Price:
    cost, other = costs
    return only(merged(cost, other, before=before)).price


def test_the_figures_of_who_spoke_last_are_served() -> None:
    served = price(OLD, NEW)

    assert served.rates == NEW.rates
    assert {it.name for it in served.decided} == {"input", "output", "cache_read"}
    assert served.source_of("input") == "litellm"
    assert served.source_of("cache_write") is None  # it is filled in, and nothing was decided


def test_the_reason_has_both_days() -> None:
    [reason] = [it.reason for it in price(OLD, NEW).decided if it.name == "input"]

    assert "LiteLLM has stated 4 since 2026-10-01" in reason
    assert "models.dev 5 since 2026-05-21 or earlier" in reason


def test_a_figure_that_was_left_is_told_as_stale() -> None:
    [reason] = [it.reason for it in price(OLD, NEW, before=OLD).decided if it.name == "input"]

    assert "having stated 5 before" in reason


def test_tiers_and_services_go_with_the_base() -> None:
    served = price(OLD, NEW)

    assert [tier.above for tier in served.tiers] == [272_000]
    assert [service.name for service in served.services] == ["batch"]


def test_tiers_stay_where_only_a_part_is_served_from_the_other_source() -> None:
    cached = Cost(Rates(input=Decimal(5), output=Decimal(25), cache_read=Decimal("0.4")), NEW.tiers)

    served = price(OLD, cached)

    assert served.rates.cache_read == Decimal("0.4")
    assert served.tiers[0].above == 200_000


def test_without_a_history_the_order_of_the_sources_decides() -> None:
    alone = only(merge([hosts(OLD), rows(NEW)], today=TODAY)).price

    assert (alone.rates.input, alone.decided) == (Decimal(5), ())


def test_what_stood_in_the_oldest_feed_of_the_other_source_has_no_day() -> None:
    assert price(OLD, NEW, before=NEW).decided == ()


def test_a_conflict_says_which_claim_is_served_and_why() -> None:
    served = {it.field: it for it in merged(OLD, NEW).conflicts}

    assert served["input"].served.source == "litellm"
    assert served["input"].other.value == Decimal(5)
    assert served["input"].served_rule.value == "later"
