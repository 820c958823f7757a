"""Overlays laid over a catalog, beside a plain reading of their rules: each offer, rule after rule, fact by fact."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.pricing import RATE_NAMES, Fee, Price, PriceState, Rates, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, Offer, RouteKind
from llmanac.rules.overlay import Overlay
from llmanac.rules.overlaying import OverlaidCatalog, overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, rules_in_force

from ..search.conftest import catalog_of, offer_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

Facts = dict[str, Any]
"""What is known of an offer, by plain names: rates as a dict, lists as lists, capabilities sorted."""


def price(state: PriceState = PriceState.KNOWN, **rates: str) -> Price:
    return Price(Rates(**{name: Decimal(rate) for name, rate in rates.items()}), state=state)


TIERED = Price(
    Rates(input=Decimal("1.25"), output=Decimal(10)),
    state=PriceState.KNOWN,
    tiers=(Tier(200_000, Rates(input=Decimal("2.5"), output=Decimal(15))),),
    fees=(Fee("web_search", "call", Decimal("0.01")), Fee("eu", "factor", Decimal("1.1"))),
)
OFFERS = (
    offer_of(
        "azure/gpt-5",
        name="GPT-5",
        price=TIERED,
        capabilities=(Capability.VISION, Capability.TOOL_CALL),
        limits=Limits(context=400_000, output=128_000),
        lifecycle=Lifecycle(retires_on=LifecycleDate("2027-08-07", "models.dev")),
        litellm=LiteLLMRoute(id="azure/gpt-5", kind=RouteKind.NATIVE, known=True, primary=True),
    ),
    offer_of("azure/gpt-5-mini", price=price(input="0.25", output="2"), status="beta"),
    offer_of("openai/gpt-5", price=price(input="1.25", output="10"), modalities=Modalities(input=("text", "image"))),
    offer_of("groq/llama-3.3-70b", open_weights=True, price=price(PriceState.FREE, input="0", output="0")),
    offer_of("acme/unpriced", family="own"),
)
CATALOG = catalog_of(OFFERS)

PATTERNS = ["azure/*", "*", "*gpt*", "AZURE/gpt-?", "openai/gpt-5", "groq/*-70b", "acme/*", "nothing", "a*/g*mini"]
OWN_LISTS = ("tags", "aliases", "regions", "certifications")
DATES = ("deprecated_on", "retires_on", "retires_not_before")
PLAIN = ("name", "family", "status", "knowledge", "release_date", "open_weights", "kind")
OWN = ("successor", "notes", "owner", "retention_days", "trains_on_data", "approved")
LISTS = (*OWN_LISTS, "capabilities")
UNKNOWN: Mapping[str, Facts] = {
    "name": {"name": None},
    "rates": {"rates": {}, "state": "unknown"},
    "tiers": {"tiers": []},
    "fees": {"fees": []},
    "limits": {"limits": {}},
    "retires_on": {"retires_on": None},
}
"""What an offer is like of which a fact is unknown."""
WHOLE = [*PLAIN, *OWN, *OWN_LISTS]

amounts = st.sampled_from([0, 0.1, 0.5, 1, 2.5, 3])
texts = st.sampled_from(["Ours", "Theirs", "x"])
days = st.sampled_from(["2026-01-31", "2027-01", "2028-06-30"])
items = st.lists(st.sampled_from(["a", "b", "c"]), min_size=0, max_size=3)
marked = st.lists(st.sampled_from(["+a", "-a", "+b", "-b", "+c"]), min_size=1, max_size=3)
capabilities = st.sampled_from(["vision", "pdf", "reasoning"])
rates = st.dictionaries(st.sampled_from(["input", "output", "cache_read"]), amounts, min_size=1)

FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "family": texts,
    "status": st.sampled_from(["alpha", "beta", "deprecated"]),
    "knowledge": days,
    "release_date": days,
    "open_weights": st.booleans(),
    "kind": st.sampled_from(["chat", "embedding"]),
    "capabilities": st.lists(capabilities, max_size=2)
    | st.lists(st.builds("{}{}".format, st.sampled_from("+-"), capabilities), min_size=1, max_size=2),
    "limits": st.dictionaries(st.sampled_from(["context", "output", "input"]), st.sampled_from([1, 5000]), min_size=1),
    "modalities": st.dictionaries(st.sampled_from(["input", "output"]), st.just(["text", "audio"]), min_size=1),
    "price_state": st.sampled_from([it.value for it in PriceState]),
    "rates": rates,
    "tiers": st.lists(
        st.fixed_dictionaries({"above": st.sampled_from([1000, 2000, 3000]), "rates": rates}),
        max_size=2,
        unique_by=lambda tier: tier["above"],
    ),
    "litellm": st.sampled_from(["own/one", "own/two"]),
    "api_base": st.just("https://llm.example"),
    **dict.fromkeys(DATES, days),
    **dict.fromkeys(OWN_LISTS, items | marked),
    "successor": st.just("openai/gpt-5"),
    "notes": texts,
    "owner": texts,
    "retention_days": st.sampled_from([0, 30]),
    "trains_on_data": st.booleans(),
    "approved": st.booleans(),
    "unset": st.lists(st.sampled_from([*UNKNOWN]), min_size=1),
}
MULTIPLIERS: Mapping[str, st.SearchStrategy[Any]] = {
    "discount": st.sampled_from([0, 0.15, 0.5, 1]),
    "factor": st.sampled_from([0.5, 2]),
}
WHERES: Sequence[tuple[dict[str, Any], Any]] = (
    ({"provider": "azure"}, lambda it: it.provider == "azure"),
    ({"open_weights": True}, lambda it: it.open_weights is True),
    ({"capabilities": ["vision"]}, lambda it: Capability.VISION in it.capabilities),
    ({"base": "gpt-5"}, lambda it: it.base == "gpt-5"),
    ({"min_context": 1000}, lambda it: (it.limits.context or 0) >= 1000),
    ({"retires_before": "2027-08-08"}, lambda it: it.lifecycle.retires_on is not None),
    ({"tags": ["a"]}, lambda _: False),  # what another rule states is not asked
)
"""Filters, and the plain reading of each."""


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """What a rule states: some fields, and perhaps a discount or a factor."""
    names = draw(st.lists(st.sampled_from([*FIELDS, *MULTIPLIERS]), min_size=1, max_size=4, unique=True))
    if {"discount", "factor"} <= {*names}:
        names.remove("factor")
    return {name: draw({**FIELDS, **MULTIPLIERS}[name]) for name in names}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule: about offers, or one that adds; valid now or not."""
    rule: dict[str, Any] = {"reason": "because"}
    way = draw(st.sampled_from(["match", "where", "both", "add"]))
    if way == "add":
        ids = st.sampled_from(["rack/one", "rack/two", "rack/three", "azure/gpt-5"])
        like = draw(st.none() | ids | st.sampled_from(["groq/llama-3.3-70b", "no/where"]))
        rule["add"] = {"id": draw(ids), **({"like": like} if like else {})}
    if way in {"match", "both"}:
        rule["match"] = draw(st.lists(st.sampled_from([*PATTERNS, "rack/*"]), min_size=1, max_size=2))
    if way in {"where", "both"}:
        rule["where"] = draw(st.sampled_from([where for where, _ in WHERES]))
    if way != "add" or draw(st.booleans()):
        rule["set"] = draw(statements())
    for name in ("valid_from", "valid_until"):
        if draw(st.integers(0, 4)) == 0:
            rule[name] = draw(st.sampled_from(["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-27T12:00:00Z"]))
    return rule


@st.composite
def overlays(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three overlays, in the order in which they were written down."""
    names = draw(st.permutations(["base", "corp", "team"]))
    chosen = names[: draw(st.integers(1, 3))]
    return [
        {"name": name, "priority": draw(st.sampled_from([0, 0, 5])), "rules": draw(st.lists(rules(), max_size=4))}
        for name in chosen
    ]


def laid(declared: Sequence[dict[str, Any]]) -> OverlaidCatalog:
    """The catalog with these overlays, as the product lays them over it."""
    read = [DeclaredOverlay(overlay=Overlay.model_validate(it), author="ann", written_at=NOW) for it in declared]
    return overlay(CATALOG, rules_in_force(read, NOW), today=NOW.date())


@given(overlays())
def test_every_offer_is_what_a_plain_reading_of_the_rules_makes_of_it(declared: list[dict[str, Any]]) -> None:
    found = laid(declared)

    plain = read(in_force(declared))
    assert {it.id: facts_of(it) for it in found.catalog.offers} == plain.offers
    assert [it.trouble is not None for it in found.overlaid.rules] == plain.has_trouble
    assert [it.matched for it in found.overlaid.rules] == [len(it) for it in plain.about]


@given(overlays())
def test_what_is_stated_is_told_beside_what_the_sources_state(declared: list[dict[str, Any]]) -> None:
    found = laid(declared)

    in_order = in_force(declared)
    plain = read(in_order)
    for id_, told in found.overlaid.offers.items():
        about = [number for number, ids in enumerate(plain.about) if id_ in ids and "set" in in_order[number]]
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        for number in about:
            stated = in_order[number]["set"]
            for name in {*stated, *stated.get("unset", ())} & {*WHOLE}:
                by_name[name].append(number)
        for name, numbers in by_name.items():
            upstream = None if told.added_by is not None else told_as(UPSTREAM[id_][name])
            value = told_as(plain.offers[id_][name])
            fact = told.facts.get(name)
            if fact is None:
                assert (upstream, value) == (None, None)
            else:
                assert (fact.upstream, fact.value) == (upstream, value)
                assert (*fact.others, fact.rule) == tuple(numbers)


@given(overlays())
def test_rules_contradict_each_other_that_state_different_values_of_one_fact(declared: list[dict[str, Any]]) -> None:
    found = laid(declared)

    in_order = in_force(declared)
    plain = read(in_order)
    for one, other in combinations(range(len(in_order)), 2):
        first, second = (in_order[number].get("set", {}) for number in (one, other))
        unset = {name for rule in in_order for name in rule.get("set", {}).get("unset", [])}
        names = ({*first} & {*second} & {*PLAIN, *OWN, *DATES}) - unset
        differing = [name for name in names if first[name] != second[name]]
        if plain.about[one] & plain.about[other] and differing:
            assert other in found.overlaid.rules[one].contradicts
            assert one in found.overlaid.rules[other].contradicts
        if not plain.about[one] & plain.about[other] or (not {*first} & {*second} and "unset" not in {*first, *second}):
            assert other not in found.overlaid.rules[one].contradicts


class PlainReading:
    """What the rules in force come to."""

    def __init__(self, in_order: Sequence[dict[str, Any]]) -> None:
        self.offers = {offer.id: facts_of(offer) for offer in OFFERS}
        self.about: list[set[str]] = [set() for _ in in_order]
        """The offers that each rule is about, or adds."""
        self.has_trouble = [False for _ in in_order]


def in_force(declared: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules that hold now, from the lowest to the highest."""
    in_order = sorted(declared, key=lambda it: (it["priority"], it["name"]))
    return [rule for it in in_order for rule in it["rules"] if is_valid(rule)]


def is_valid(rule: Mapping[str, Any]) -> bool:
    """Whether a rule holds at noon of the 27th: days are included, and a time ends what it is the end of."""
    begins, ends = rule.get("valid_from", ""), rule.get("valid_until", "9999")
    today, noon = "2026-11-27", "2026-11-27T12:00:00Z"
    has_ended = ends <= noon if "T" in ends else ends < today
    has_begun = begins <= (noon if "T" in begins else today)
    return bool(has_begun and not has_ended)


def read(in_order: Sequence[dict[str, Any]]) -> PlainReading:
    """The plainest reading of rules: additions first, then one rule after the other."""
    reading = PlainReading(in_order)
    added = add(in_order, reading)
    sources = {it.id: it for it in OFFERS}
    for number, rule in enumerate(in_order):
        if reading.has_trouble[number]:
            continue
        if "add" in rule:
            reading.about[number] = {rule["add"]["id"]}
        else:
            known = {id_: sources.get(added.get(id_) or id_) for id_ in reading.offers}
            about = {id_ for id_, it in known.items() if is_about(rule, id_, it, is_added=id_ in added)}
            reading.about[number] = about
        for id_ in reading.about[number]:
            state(reading.offers[id_], rule.get("set", {}))
    return reading


def add(in_order: Sequence[dict[str, Any]], reading: PlainReading) -> dict[str, str | None]:
    """Add offers: again and again the lowest rule that can. Returns by id which offer of the sources each is like."""
    waiting = {number: rule["add"] for number, rule in enumerate(in_order) if "add" in rule}
    added: dict[str, str | None] = {}
    while waiting:
        coming = {it["id"] for it in waiting.values()}
        able = [
            number
            for number, it in waiting.items()
            if not it.get("like") or it["like"] in reading.offers or it["like"] not in coming
        ]
        if not able:
            break
        number = able[0]
        it = waiting.pop(number)
        like = it.get("like")
        if it["id"] in reading.offers or (like and like not in reading.offers):
            reading.has_trouble[number] = True
            continue
        added[it["id"]] = added.get(like, like) if like else None
        reading.offers[it["id"]] = dict(reading.offers[like]) if like else facts_of(offer_of(it["id"]))
        if like:
            reading.offers[it["id"]] |= {"litellm": None, "api_base": None}
    for number in waiting:
        reading.has_trouble[number] = True
    return added


def is_about(rule: Mapping[str, Any], id_: str, source: Offer | None, *, is_added: bool) -> bool:
    """Whether a rule is about an offer; ``source`` is what the sources state of it, or of the one that it is like."""
    patterns = rule.get("match")
    if patterns and not any(re.fullmatch(expression(it.lower()), id_) for it in patterns):
        return False
    for where, passes in WHERES:
        if where == rule.get("where"):
            if "provider" in where and is_added:
                return False  # its host is the rack
            return source is not None and bool(passes(source))
    return True


def expression(pattern: str) -> str:
    return "".join(".*" if it == "*" else "." if it == "?" else re.escape(it) for it in pattern)


def state(facts: Facts, stated: Mapping[str, Any]) -> None:
    """Apply what a rule states to the facts of an offer."""
    for name in stated.get("unset", []):
        facts |= UNKNOWN[name]
    facts |= {name: stated[name] for name in (*PLAIN, *OWN, *DATES) if name in stated}
    facts |= {name: changed_list(facts[name], stated[name]) for name in LISTS if name in stated}
    facts["capabilities"] = sorted(facts["capabilities"])
    for name in ("limits", "modalities"):
        facts[name] = {**facts[name], **stated.get(name, {})}
    state_price(facts, stated)
    if "litellm" in stated:
        facts |= {"litellm": stated["litellm"], "api_base": stated.get("api_base")}
    elif "api_base" in stated and facts["litellm"]:
        facts["api_base"] = stated["api_base"]


def state_price(facts: Facts, stated: Mapping[str, Any]) -> None:
    """Apply what a rule states of prices: the rates, the tiers beside them, then a factor, then the state."""
    if "rates" in stated:
        facts["rates"] = {**facts["rates"], **decimals(stated["rates"])}
        facts["state"] = state_of(facts["rates"], facts["state"])
    if "tiers" in stated:
        in_order = sorted(stated["tiers"], key=lambda it: it["above"])
        facts["tiers"] = [(it["above"], {**facts["rates"], **decimals(it["rates"])}) for it in in_order]
    if "discount" in stated:
        multiply(facts, 1 - decimal(stated["discount"]))
    if "factor" in stated:
        multiply(facts, decimal(stated["factor"]))
    if "price_state" in stated:
        facts |= {} if stated["price_state"] in {"known", "free"} else {"rates": {}, "tiers": [], "fees": []}
        facts["state"] = stated["price_state"]


def multiply(facts: Facts, factor: Decimal) -> None:
    """Multiply every price, to nine digits; a factor among the fees applies to what is multiplied already."""
    facts["rates"] = times(facts["rates"], factor)
    facts["tiers"] = [(above, times(those, factor)) for above, those in facts["tiers"]]
    factors = {"factor": Decimal(1)}
    facts["fees"] = [(name, unit, round(it * factors.get(unit, factor), 9)) for name, unit, it in facts["fees"]]
    if not factor and facts["state"] == "known":
        facts["state"] = "free"


def times(rates: Mapping[str, Decimal], factor: Decimal) -> dict[str, Decimal]:
    return {name: round(it * factor, 9) for name, it in rates.items()}


def state_of(rates: Mapping[str, Decimal], before: str) -> str:
    """A price of anything is known; one of nothing in both directions is free; else it is as it was."""
    directions = [rates.get("input"), rates.get("output")]
    if any(directions):
        return "known"
    return "free" if None not in directions else before


def changed_list(before: Sequence[str], stated: Sequence[str]) -> list[str]:
    """A list that is stated whole, or changed item by item."""
    if not stated or stated[0][0] not in "+-":
        return list(dict.fromkeys(stated))
    after = [*before]
    for item in stated:
        if item[0] == "-":
            after = [it for it in after if it != item[1:]]
        elif item[1:] not in after:
            after.append(item[1:])
    return after


def told_as(value: Any) -> Any:
    """A fact as answers have it: nothing in a list is null."""
    return None if value == [] else value


def decimal(number: float) -> Decimal:
    return Decimal(str(number))


def decimals(stated: Mapping[str, float]) -> dict[str, Decimal]:
    return {name: decimal(it) for name, it in stated.items()}


def facts_of(offer: Offer) -> Facts:
    """The facts of an offer."""
    facts: Facts = {name: getattr(offer, name) for name in PLAIN}
    facts |= {name: getattr(offer.own, name, None) for name in OWN}
    facts |= {name: list(getattr(offer.own, name, ())) for name in OWN_LISTS}
    for name in DATES:
        day = getattr(offer.lifecycle, name)
        facts[name] = day and day.date
    limits = {name: getattr(offer.limits, name) for name in ("context", "output", "input")}
    return facts | {
        "capabilities": sorted(offer.capabilities),
        "limits": {name: it for name, it in limits.items() if it is not None},
        "modalities": {"input": list(offer.modalities.input), "output": list(offer.modalities.output)},
        "rates": rates_of(offer.price.rates),
        "tiers": [(it.above, rates_of(it.rates)) for it in offer.price.tiers],
        "fees": [(it.name, it.unit, it.price) for it in offer.price.fees],
        "state": offer.price.state,
        "litellm": offer.litellm and offer.litellm.id,
        "api_base": offer.litellm and offer.litellm.api_base,
    }


def rates_of(rates: Rates) -> dict[str, Decimal]:
    return {name: it for name in RATE_NAMES if (it := getattr(rates, name)) is not None}


UPSTREAM = {offer.id: facts_of(offer) for offer in OFFERS}
