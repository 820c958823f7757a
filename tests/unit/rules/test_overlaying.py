"""Overlays laid over a catalog: a plain reading of the rules, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.catalog import CatalogData
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.pricing import Price, PriceState, Rates, Tier
from llmanac.domain.records import Capability, Offer
from llmanac.rules.overlay import Overlay
from llmanac.rules.overlaying import OverlaidCatalog, overlay
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


PATTERNS = ["azure/*", "*", "*gpt*", "azure/gpt-?", "openai/gpt-5", "groq/*-70b", "nothing"]
WHERES: list[tuple[dict[str, Any], Callable[[Offer], bool]]] = [
    ({"provider": "azure"}, lambda it: it.provider == "azure"),
    ({"open_weights": True}, lambda it: it.open_weights is True),
    ({"max_price": 2.0}, lambda it: max(it.price.rates.input or 0, it.price.rates.output or 0) <= 2),
    ({"capabilities": ["vision"]}, lambda it: Capability.VISION in it.capabilities),
    ({"base": "gpt-5"}, lambda it: it.base == "gpt-5"),
]
"""Filters, and the plain reading of each."""
STATEMENTS: list[dict[str, Any]] = [
    {"rates": {"input": 3}},
    {"discount": 0.5},
    {"factor": 2},
    {"tags": ["a"]},
    {"tags": ["+b"]},
    {"name": "Ours"},
    {"approved": False},
    {"capabilities": ["+pdf"]},
    {"limits": {"context": 1000}},
]


@st.composite
def a_rule(draw: st.DrawFn) -> dict[str, Any]:
    rule: dict[str, Any] = {"set": draw(st.sampled_from(STATEMENTS))}
    ways = draw(st.sampled_from(["match", "where", "both"]))
    if ways != "where":
        rule["match"] = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2))
    if ways != "match":
        rule["where"] = draw(st.sampled_from([where for where, _ in WHERES]))
    return rule


@given(st.lists(a_rule(), max_size=5))
def test_it_agrees_with_a_plain_reading(rules: Sequence[dict[str, Any]]) -> None:
    found = by_id(laid(*rules))

    for offer in OFFERS:
        assert _plain(found[offer.id]) == _read(offer, rules), offer.id


def _plain(offer: Offer) -> dict[str, Any]:
    """The facts that the rules above may change."""
    own = offer.own
    return {
        "input": offer.price.rates.input,
        "output": offer.price.rates.output,
        "name": offer.name,
        "tags": list(own.tags) if own else [],
        "approved": own.approved if own else None,
        "capabilities": {it.value for it in offer.capabilities},
        "context": offer.limits.context,
    }


def _read(offer: Offer, rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The same by the plainest reading of the rules: one after the other, each about what the sources state."""
    facts = _plain(offer)
    for rule in rules:
        if not _is_about(rule, offer):
            continue
        match rule["set"]:
            case {"rates": {"input": price}}:
                facts["input"] = Decimal(price)
            case {"discount": share}:
                facts |= {name: facts[name] * (1 - Decimal(str(share))) for name in ("input", "output")}
            case {"factor": factor}:
                facts |= {name: facts[name] * factor for name in ("input", "output")}
            case {"tags": [tag]} if tag.startswith("+"):
                facts["tags"] = [*facts["tags"], *([tag[1:]] if tag[1:] not in facts["tags"] else [])]
            case {"tags": tags}:
                facts["tags"] = tags
            case {"capabilities": ["+pdf"]}:
                facts["capabilities"] = facts["capabilities"] | {"pdf"}
            case {"limits": {"context": context}}:
                facts["context"] = context
            case stated:
                facts |= stated
    return facts


def _is_about(rule: dict[str, Any], offer: Offer) -> bool:
    patterns = rule.get("match")
    if patterns and not any(re.fullmatch(_expression(it), offer.id) for it in patterns):
        return False
    return all(passes(offer) for where, passes in WHERES if where == rule.get("where"))


def _expression(pattern: str) -> str:
    return "".join(".*" if it == "*" else "." if it == "?" else re.escape(it) for it in pattern)
