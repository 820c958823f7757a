"""Overlays laid over a catalog: a plain reading of the rules, and what became of each."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.pricing import Price, PriceState, Rates, Tier
from llmanac.domain.records import Capability, Offer
from llmanac.rules.overlay import Overlay
from llmanac.rules.overlaying import MOST_CONTRADICTED, OverlaidCatalog, overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, rules_in_force

from ..search.conftest import catalog_of, offer_of

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def priced(input_: str, output: str) -> Price:
    return Price(Rates(input=Decimal(input_), output=Decimal(output)), state=PriceState.KNOWN)


OFFERS = (
    offer_of("azure/gpt-5", name="GPT-5", price=priced("1.25", "10"), capabilities=(Capability.VISION,)),
    offer_of("azure/gpt-5-mini", price=priced("0.25", "2")),
    offer_of("openai/gpt-5", price=priced("1.25", "10")),
    offer_of("groq/llama-3.3-70b", open_weights=True, price=priced("0.5", "0.75")),
)
CATALOG = catalog_of(OFFERS)


def laid(*rules: dict[str, Any], catalog: CatalogData = CATALOG) -> OverlaidCatalog:
    made = Overlay.model_validate({"name": "corp", "rules": [{"reason": "because", **rule} for rule in rules]})
    in_force = rules_in_force([DeclaredOverlay(overlay=made, author="ann", written_at=NOW)], NOW)
    return overlay(catalog, in_force, today=NOW.date())


def by_id(found: OverlaidCatalog) -> dict[str, Offer]:
    return {offer.id: offer for offer in found.catalog.offers}


def test_without_rules_the_catalog_is_the_same() -> None:
    found = laid()

    assert list(found.catalog.offers) == sorted(CATALOG.offers, key=[*found.catalog.offers].index)
    assert {it.id: it for it in found.catalog.offers} == {it.id: it for it in CATALOG.offers}
    assert found.overlaid.offers == {}


def test_a_discount_is_one_of_every_price_and_keeps_upstreams_beside_it() -> None:
    found = laid({"where": {"provider": "azure"}, "set": {"discount": 0.15}})

    offer = by_id(found)["azure/gpt-5"]
    assert (offer.price.rates.input, offer.price.rates.output) == (Decimal("1.0625"), Decimal("8.5"))
    fact = found.overlaid.offers["azure/gpt-5"].facts["input"]
    assert (fact.value, fact.upstream, fact.rule) == (1.0625, 1.25, 0)
    assert "openai/gpt-5" not in found.overlaid.offers


def test_of_two_rules_the_higher_is_served_and_both_are_told() -> None:
    found = laid(
        {"match": "azure/gpt-5", "set": {"rates": {"input": 1}}},
        {"match": "azure/gpt-5", "set": {"rates": {"input": 2}}},
    )

    assert by_id(found)["azure/gpt-5"].price.rates.input == 2
    assert [rule.contradicts for rule in found.overlaid.rules] == [(1,), (0,)]


def test_a_discount_applies_to_what_the_rules_below_have_left_and_contradicts_nothing() -> None:
    found = laid(
        {"match": "azure/gpt-5", "set": {"rates": {"input": 1}}}, {"match": "azure/*", "set": {"discount": 0.5}}
    )

    assert by_id(found)["azure/gpt-5"].price.rates.input == Decimal("0.5")
    assert [rule.contradicts for rule in found.overlaid.rules] == [(), ()]


def test_what_a_rule_is_about_does_not_depend_on_other_rules() -> None:
    found = laid(
        {"match": "azure/*", "set": {"tags": "contract"}}, {"where": {"tags": "contract"}, "set": {"owner": "x"}}
    )

    assert [rule.matched for rule in found.overlaid.rules] == [2, 0]


def test_an_offer_is_added_like_another() -> None:
    found = laid(
        {"add": {"id": "acme/own", "like": "openai/gpt-5"}, "set": {"rates": {"input": 0.1}, "tags": "internal"}}
    )

    offer = by_id(found)["acme/own"]
    assert (offer.base, offer.price.rates.input, offer.price.rates.output) == ("gpt-5", Decimal("0.1"), Decimal(10))
    assert (offer.listed_by, offer.own and offer.own.tags) == (OVERLAYS, ("internal",))
    assert found.catalog.providers["acme"].id == "acme"
    assert "acme/own" in found.catalog.models["gpt-5"].offers
    assert found.overlaid.offers["acme/own"].facts["input"].upstream is None


def test_offers_may_be_like_added_ones_in_any_order() -> None:
    found = laid({"add": {"id": "acme/b", "like": "acme/a"}}, {"add": {"id": "acme/a", "like": "openai/gpt-5"}})

    assert by_id(found)["acme/b"].price == by_id(found)["openai/gpt-5"].price


def test_a_rule_that_only_adds_an_offer_is_about_it_though_others_are_too() -> None:
    found = laid({"add": {"id": "acme/own"}}, {"match": "acme/*", "set": {"tags": "own"}})

    assert [rule.matched for rule in found.overlaid.rules] == [1, 1]


def test_of_two_rules_that_add_an_offer_the_first_does() -> None:
    found = laid({"add": {"id": "acme/b"}}, {"add": {"id": "acme/a", "like": "acme/b"}}, {"add": {"id": "acme/a"}})

    assert [rule.trouble is None for rule in found.overlaid.rules] == [True, True, False]


def test_an_offer_waits_for_the_rule_that_can_add_what_it_is_like() -> None:
    found = laid(
        {"add": {"id": "acme/a", "like": "acme/b"}},
        {"add": {"id": "acme/b", "like": "no/where"}},
        {"add": {"id": "acme/b"}},
    )

    assert [rule.trouble is None for rule in found.overlaid.rules] == [True, False, True]


def test_offers_may_be_like_each_other_in_a_long_chain() -> None:
    like = [{"id": f"acme/{number}", "like": f"acme/{number + 1}"} for number in range(1_999)]

    found = laid(*({"add": it} for it in like), {"add": {"id": "acme/1999", "like": "openai/gpt-5"}})

    assert by_id(found)["acme/0"].price == by_id(found)["openai/gpt-5"].price
    assert len(found.overlaid.upstream.added_offers) == 2_000


def test_null_states_nothing() -> None:
    found = laid({"match": "azure/gpt-5", "set": {"name": None, "tags": "own", "rates": None}})

    offer = by_id(found)["azure/gpt-5"]
    assert (offer.name, offer.price, offer.own and offer.own.tags) == ("GPT-5", OFFERS[0].price, ("own",))
    assert [*found.overlaid.offers["azure/gpt-5"].facts] == ["tags"]


def test_a_discount_contradicts_nothing_but_what_is_stated_beside_it_may() -> None:
    found = laid(
        {"match": "azure/gpt-5", "set": {"discount": 0.5, "tags": "a"}},
        {"match": "azure/gpt-5", "set": {"rates": {"input": 1}, "tags": "b"}},
        {"match": "azure/gpt-5", "set": {"rates": {"input": 1}, "tags": "+c"}},
    )

    assert [rule.contradicts for rule in found.overlaid.rules] == [(1,), (0,), ()]


def test_of_the_rules_that_contradict_one_the_first_are_named() -> None:
    found = laid(*({"match": "azure/gpt-5", "set": {"owner": f"team {number}"}} for number in range(150)))

    assert [len(rule.contradicts) for rule in found.overlaid.rules] == [MOST_CONTRADICTED] * 150


@pytest.mark.parametrize(
    ("rules", "trouble"),
    [
        (
            [{"add": {"id": "a/x", "like": "a/y"}}, {"add": {"id": "a/y", "like": "a/x"}}],
            "like an offer that is like it",
        ),
        ([{"add": {"id": "a/x", "like": "a/nothing"}}], "listed nowhere"),
        ([{"add": {"id": "azure/gpt-5"}}], "listed already"),
    ],
)
def test_an_addition_that_cannot_be_made_says_why_and_adds_nothing(rules: list[dict[str, Any]], trouble: str) -> None:
    found = laid(*rules)

    assert all(trouble in (rule.trouble or "") for rule in found.overlaid.rules)
    assert by_id(found).keys() == {it.id for it in OFFERS}


def test_a_rule_that_says_what_the_sources_say_is_redundant_and_one_about_nothing_is_idle() -> None:
    found = laid({"match": "azure/gpt-5", "set": {"name": "GPT-5"}}, {"match": "azur/*", "set": {"tags": "x"}})

    assert [(rule.matched, rule.redundant) for rule in found.overlaid.rules] == [(1, True), (0, False)]


def test_a_host_gets_what_is_stated_of_it() -> None:
    found = laid({"add_host": {"id": "azure", "name": "Our Azure", "api": "https://azure.example"}})

    assert found.catalog.providers["azure"].name == "Our Azure"


def test_facts_become_unknown_that_are_unset() -> None:
    found = laid({"match": "azure/gpt-5", "set": {"unset": ["rates", "name"]}})

    offer = by_id(found)["azure/gpt-5"]
    assert (offer.name, offer.price.rates.input, offer.price.state) == (None, None, PriceState.UNKNOWN)
    assert found.overlaid.offers["azure/gpt-5"].facts["input"].upstream == 1.25


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (["+pdf"], ("vision", "pdf")),
        (["-vision"], ()),
        (["tool_call"], ("tool_call",)),
        (["+pdf", "-vision"], ("pdf",)),
    ],
)
def test_a_list_is_stated_whole_or_as_changes(stated: list[str], expected: tuple[str, ...]) -> None:
    found = laid({"match": "azure/gpt-5", "set": {"capabilities": stated}})

    assert tuple(it.value for it in by_id(found)["azure/gpt-5"].capabilities) == expected


def test_a_price_of_zero_is_free_and_tiers_are_in_order() -> None:
    tiers = [{"above": 9, "rates": {"input": 3}}, {"above": 5, "rates": {"input": 2}}]
    found = laid({"match": "azure/gpt-5", "set": {"rates": {"input": 0, "output": 0}, "tiers": tiers}})

    price = by_id(found)["azure/gpt-5"].price
    assert price.state is PriceState.FREE
    assert price.tiers == (
        Tier(5, Rates(input=Decimal(2), output=Decimal(0))),
        Tier(9, Rates(input=Decimal(3), output=Decimal(0))),
    )
