from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import DecidedRate, Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, Offer, RouteKind
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause
from llmanac.history.difference import difference


def offer(model: str = "lab/model", *, input: str | None = "3", **changes: Any) -> Offer:  # noqa: A002 -- a rate
    price = Price(Rates(input=Decimal(input) if input else None, output=Decimal(15)), state=PriceState.KNOWN)
    return Offer(**{"provider": "acme", "model": model, "base": "model", "name": "Model", "price": price, **changes})


def catalog(*offers: Offer) -> CatalogData:
    return CatalogData(offers=offers, providers={}, models={}, featured=(), sources=(), digest="")


def only(changes: tuple[Change, ...]) -> Change:
    [change] = changes
    return change


def compare(before: Offer, after: Offer, **options: Any) -> tuple[Change, ...]:
    return difference(catalog(before), catalog(after), **options)


def test_equal_catalogs_differ_in_nothing() -> None:
    assert compare(offer(), offer()) == ()


def test_an_added_offer_has_all_of_its_known_facts() -> None:
    change = only(difference(catalog(), catalog(offer(limits=Limits(context=1000)))))

    assert (change.kind, change.offer, change.base) == (ChangeKind.ADDED, "acme/lab/model", "model")
    assert change.differences == (
        Difference("input", None, 3),
        Difference("output", None, 15),
        Difference("price_state", None, "known"),
        Difference("context", None, 1000),
        Difference("name", None, "Model"),
    )


def test_a_removed_offer_has_all_of_its_former_facts() -> None:
    change = only(difference(catalog(offer()), catalog()))

    assert change.kind is ChangeKind.REMOVED
    assert Difference("input", 3, None) in change.differences


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({"limits": Limits(context=1)}, ChangeKind.LIMITS, Difference("context", None, 1)),
        ({"limits": Limits(output=1)}, ChangeKind.LIMITS, Difference("max_output", None, 1)),
        ({"limits": Limits(input=1)}, ChangeKind.LIMITS, Difference("max_input", None, 1)),
        ({"status": "deprecated"}, ChangeKind.STATUS, Difference("status", None, "deprecated")),
        ({"capabilities": (Capability.PDF,)}, ChangeKind.CAPABILITIES, Difference("capabilities", [], ["pdf"])),
        (
            {"modalities": Modalities(input=("text",))},
            ChangeKind.MODALITIES,
            Difference("input_modalities", [], ["text"]),
        ),
        ({"name": "Model!"}, ChangeKind.OTHER, Difference("name", "Model", "Model!")),
        ({"open_weights": True}, ChangeKind.OTHER, Difference("open_weights", None, True)),
        (
            {"litellm": LiteLLMRoute(id="acme/x", kind=RouteKind.NATIVE, known=True, primary=True)},
            ChangeKind.OTHER,
            Difference("litellm", None, "acme/x"),
        ),
    ],
)
def test_each_field_is_reported_under_its_kind(changes: dict[str, Any], kind: ChangeKind, expected: Difference) -> None:
    change = only(compare(offer(), offer(**changes)))

    assert change.kind is kind
    assert change.differences == (expected,)


@pytest.mark.parametrize(
    ("before", "after"), [("3", "3.03"), ("3", "2.97"), ("14.994", "15"), ("0.000001", "0.00000101")]
)
def test_a_price_that_moves_by_noise_has_not_changed(before: str, after: str) -> None:
    assert compare(offer(input=before), offer(input=after)) == ()


@pytest.mark.parametrize(("before", "after"), [("3", "3.04"), ("0", "0.001"), ("0.001", "0"), ("3", None), (None, "0")])
def test_more_than_one_percent_is_reported_and_so_is_every_move_to_or_from_zero_or_unknown(
    before: str | None, after: str | None
) -> None:
    assert only(compare(offer(input=before), offer(input=after))).kind is ChangeKind.PRICE


def test_a_creeping_price_is_compared_with_the_one_last_reported() -> None:
    reported = {"acme/lab/model": Rates(input=Decimal("2.9"), output=Decimal(15))}

    change = only(compare(offer(input="2.92"), offer(input="2.94"), last_reported=reported))

    assert change.differences == (Difference("input", 2.9, 2.94),)


def test_facts_that_a_feed_lacks_are_not_compared() -> None:
    before = offer(release_date="2026-01-01", capabilities=(Capability.PDF, Capability.INTERLEAVED))
    after = offer(release_date=None, capabilities=(Capability.PDF,))

    assert len(compare(before, after)) == 2
    assert compare(before, after, without=frozenset({"release_date", "interleaved"})) == ()


def test_tiers_and_services_are_reported_whole_and_filtered_for_noise() -> None:
    def priced(*, above: int = 200_000, rate: str = "6", service: str = "1") -> Offer:
        rates = Rates(input=Decimal(3))
        tier = Tier(above, Rates(input=Decimal(rate)))
        return offer(price=Price(rates, (tier,), PriceState.KNOWN, (Service("batch", Rates(input=Decimal(service))),)))

    assert compare(priced(), priced(rate="6.01", service="1.001")) == ()
    assert only(compare(priced(), priced(above=272_000))).differences == (
        Difference("tiers", [{"above": 200_000, "input": 6}], [{"above": 272_000, "input": 6}]),
    )
    assert only(compare(priced(), priced(service="2"))).differences == (
        Difference("services", [{"name": "batch", "input": 1}], [{"name": "batch", "input": 2}]),
    )


def test_a_renamed_offer_is_reported_once_with_its_other_changes() -> None:
    renamed, repriced = compare(offer("lab/model"), offer("model", input="4"))

    assert (renamed.kind, renamed.previous, renamed.offer) == (ChangeKind.RENAMED, "acme/lab/model", "acme/model")
    assert (repriced.kind, repriced.offer) == (ChangeKind.PRICE, "acme/model")


def test_changes_are_ordered_by_kind_and_then_by_id() -> None:
    before = catalog(offer("a", base="a"), offer("b", base="b"), offer("gone", base="gone"))
    after = catalog(offer("b", base="b", input="9"), offer("a", base="a", input="9"), offer("new", base="new"))

    assert [(it.kind, it.offer) for it in difference(before, after)] == [
        (ChangeKind.ADDED, "acme/new"),
        (ChangeKind.REMOVED, "acme/gone"),
        (ChangeKind.PRICE, "acme/a"),
        (ChangeKind.PRICE, "acme/b"),
    ]


def test_a_rate_that_is_served_from_another_source_is_told_with_this_cause() -> None:
    rates = Rates(input=Decimal(4), output=Decimal(20))
    decided = Price(rates, state=PriceState.KNOWN, decided=(DecidedRate("input", "litellm", "It spoke last."),))

    change = only(compare(offer(input="5"), offer(price=decided)))

    assert change.differences == (
        Difference("input", 5, 4, DifferenceCause.SERVED_SOURCE),
        Difference("output", 15, 20),
    )


def test_a_rate_of_the_same_other_source_that_moves_is_a_price_move() -> None:
    before, after = (
        Price(Rates(input=Decimal(it)), state=PriceState.KNOWN, decided=(DecidedRate("input", "litellm", it),))
        for it in ("5", "4")
    )

    assert only(compare(offer(price=before), offer(price=after))).differences == (Difference("input", 5, 4),)
