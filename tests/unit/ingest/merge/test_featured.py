"""The rule of the featured set, one clause at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Limits, LiteLLMRoute, Modalities, Model, Offer, RouteKind
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.ingest.merge.featured import FeaturedRules, choose
from llmanac.ingest.merge.labs import LABS, lab_of

TODAY = date(2026, 9, 30)
PRICE = Price(Rates(input=Decimal(1), output=Decimal(2)), state=PriceState.KNOWN)
PREFIXES = {"google": "gemini", "moonshotai": "moonshot", "alibaba": "qwencloud", "groq": "groq"}


ENDING = Lifecycle(retires_on=LifecycleDate("2026-11-06", LITELLM))


def offer(provider: str, name: str, **details: object) -> Offer:
    """One that can be featured: priced, text to text, native and known in LiteLLM."""
    lab = lab_of(name)
    route = LiteLLMRoute(
        id=f"{PREFIXES.get(provider, provider)}/{name}", kind=RouteKind.NATIVE, known=True, primary=True
    )
    fields: dict[str, object] = {
        "provider": provider,
        "model": name,
        "base": name,
        "limits": Limits(context=128000),
        "modalities": Modalities(("text",), ("text",)),
        "price": PRICE,
        "first_party": lab is not None and provider in lab.hosts,
        "open_weights": False,
        "litellm": route,
    }
    return Offer(**{**fields, **details})  # type: ignore[arg-type]  # -- fields by name


def model(
    name: str, *offers: Offer, share: float = 0.5, released: str | None = "2026-01-01"
) -> tuple[Model, list[Offer]]:
    """A base model with its offers: at its lab's first host, unless others are given."""
    lab = lab_of(name)
    listed = list(offers) or [offer(lab.hosts[0] if lab else "acme", name)]
    ids = tuple(it.id for it in listed)
    return Model(
        base=name, lab=lab.id if lab else None, family=None, release_date=released, popularity=share, offers=ids
    ), listed


def featured(
    *models: tuple[Model, list[Offer]], choices: FeaturedChoices | None = None, rules: FeaturedRules | None = None
) -> list[str]:
    offers: Iterable[Offer] = [it for _, listed in models for it in listed]
    by_base = {it.base: it for it, _ in models}
    return list(
        choose(offers, by_base, today=TODAY, choices=choices or FeaturedChoices(), rules=rules or FeaturedRules())
    )


def test_more_hosts_come_first() -> None:
    assert featured(model("grok-4", share=0.2), model("gpt-5", share=0.4), model("kimi-k3", share=0.3)) == [
        "openai/gpt-5",
        "moonshotai/kimi-k3",
        "xai/grok-4",
    ]


def test_recency_halves_every_half_year_down_to_a_half() -> None:
    new = model("grok-4", share=0.4, released="2026-07-01")
    half_year = model("gpt-5", share=0.4, released="2026-04-03")
    ancient = model("kimi-k3", share=0.5, released="2020-01-01")

    assert featured(new, half_year, ancient) == ["xai/grok-4", "moonshotai/kimi-k3", "openai/gpt-5"]


def test_a_further_model_of_the_same_lab_counts_less_and_open_weights_are_counted_apart() -> None:
    closed = [model("claude-opus-5", share=0.5), model("claude-sonnet-5", share=0.49)]
    other = model("gpt-5", share=0.4)
    open_weights = model("gpt-oss-120b", offer("groq", "gpt-oss-120b", open_weights=True), share=0.39)

    assert featured(*closed, other, open_weights) == [
        "anthropic/claude-opus-5",
        "openai/gpt-5",
        "groq/gpt-oss-120b",
        "anthropic/claude-sonnet-5",
    ]


def test_no_lab_has_more_than_six() -> None:
    many = [model(f"claude-{name}-5") for name in ("a", "b", "c", "d", "e", "f", "g", "h")]

    assert len(featured(*many)) == 6


def test_the_newest_of_a_line_stands_for_it() -> None:
    assert featured(
        model("claude-opus-4.8", share=0.3, released="2026-05-28"),
        model("claude-opus-5", share=0.4, released="2026-07-24"),
    ) == ["anthropic/claude-opus-5"]


def test_the_one_before_it_comes_too_if_it_is_carried_as_widely() -> None:
    lines = [
        model("claude-opus-4.8", share=0.5, released="2026-05-28"),
        model("claude-opus-5", share=0.4, released="2026-07-24"),
        model("claude-opus-3", share=0.6, released="2025-01-01"),
    ]

    assert featured(*lines) == ["anthropic/claude-opus-5", "anthropic/claude-opus-4.8"]


def test_sizes_and_previews_are_of_one_line_and_siblings_are_not() -> None:
    sizes = [
        model("qwen-3.8-27b", share=0.3, released="2026-08-14"),
        model("qwen-3.5-397b", share=0.2, released="2026-02-15"),
        model("qwen-3.8-max", share=0.3, released="2026-03-01"),
        model("hy4-preview", share=0.2, released="2026-08-14"),
    ]

    assert set(featured(*sizes)) == {"alibaba/qwen-3.8-27b", "alibaba/qwen-3.8-max", "tencent-tokenhub/hy4-preview"}


def test_a_side_variant_does_not_stand_for_its_line() -> None:
    assert featured(
        model("grok-4", share=0.4, released="2026-01-01"), model("grok-5", share=0.09, released="2026-06-01")
    ) == ["xai/grok-4"]


def test_a_version_that_its_lab_does_not_offer_does_not_stand_for_a_line_that_it_does() -> None:
    elsewhere = offer("togetherai", "deepseek-v5-pro")

    assert featured(
        model("deepseek-v4-pro", share=0.4), model("deepseek-v5-pro", elsewhere, share=0.3, released="2026-08-01")
    ) == ["deepseek/deepseek-v4-pro"]


def test_what_just_arrived_takes_over_the_standing_of_what_it_replaces() -> None:
    lines = [
        model("claude-opus-5", share=0.5, released="2026-07-24"),
        model("claude-opus-5.5", share=0.03, released="2026-09-28"),
        model("gpt-5", share=0.4, released="2026-09-01"),
    ]

    assert featured(*lines) == ["anthropic/claude-opus-5.5", "openai/gpt-5", "anthropic/claude-opus-5"]


@pytest.mark.parametrize(
    ("share", "released", "first_party"),
    [(0.01, "2026-09-28", True), (0.03, "2026-07-01", True), (0.03, "2026-09-28", False)],
)
def test_what_no_neutral_host_has_or_is_out_for_long_or_is_not_at_its_lab_has_not_just_arrived(
    share: float, released: str, *, first_party: bool
) -> None:
    newer = model("grok-5", offer("xai", "grok-5", first_party=first_party), share=share, released=released)

    assert featured(model("grok-4", share=0.4), newer) == ["xai/grok-4"]


def test_a_model_without_a_date_counts_as_new() -> None:
    assert featured(model("grok-5", share=0.2, released=None), model("grok-4", share=0.4)) == [
        "xai/grok-5",
        "xai/grok-4",
    ]


def test_a_date_yet_to_come_counts_as_today() -> None:
    assert featured(model("gpt-5", share=0.2, released="2030-01"), model("grok-4", share=0.21, released="2026-09")) == [
        "openai/gpt-5",
        "xai/grok-4",
    ]


def test_few_hosts_are_not_enough_but_for_a_major_lab_that_would_be_missing() -> None:
    minor = model("inkling", share=0.09)
    major = [
        model("nova-lite", share=0.05, released="2025-12-01"),
        model("nova-pro", share=0.06, released="2024-12-01"),
    ]
    popular = model("gpt-5", share=0.4)

    assert featured(minor, *major, popular) == ["openai/gpt-5", "amazon-bedrock/nova-lite"]


def test_the_last_places_are_kept_for_the_major_labs_that_are_missing() -> None:
    popular = [model("gpt-5", share=0.5), model("claude-opus-5", share=0.4), model("gpt-5-mini", share=0.4)]
    missing = model("command-a", share=0.02)

    chosen = featured(*popular, missing, rules=FeaturedRules(size=3))

    assert chosen == ["openai/gpt-5", "anthropic/claude-opus-5", "cohere/command-a"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "deprecated"},
        {"status": "alpha"},
        {"modalities": Modalities(("text",), ("text", "image"))},
        {"modalities": Modalities(("image",), ("text",))},
        {"modalities": Modalities()},
        {"limits": Limits(context=8192)},
        {"limits": Limits()},
        {"price": Price(Rates(input=Decimal(0), output=Decimal(0)), state=PriceState.FREE)},
        {"price": Price(Rates(input=Decimal(1), output=Decimal(0)), state=PriceState.KNOWN)},
        {"price": Price(Rates(), state=PriceState.UNKNOWN)},
        {"litellm": None},
        {"litellm": LiteLLMRoute(id="openai/x", kind=RouteKind.COMPATIBLE, known=False, primary=True)},
        {"litellm": LiteLLMRoute(id="xai/x", kind=RouteKind.NATIVE_BASE, known=False, primary=True)},
        {"litellm": LiteLLMRoute(id="xai/x", kind=RouteKind.NATIVE, known=True, primary=False)},
    ],
)
def test_what_is_not_current_priced_text_and_one_call_away_is_not_featured(change: dict[str, object]) -> None:
    assert featured(model("grok-4", replace(offer("xai", "grok-4"), **change))) == []  # type: ignore[arg-type]  # -- fields by name


@pytest.mark.parametrize(
    ("last", "is_featured"),
    [("2026-09-01", False), ("2026-10-30", False), ("2026-10-31", True), ("2026-10", True), ("2026-09", False)],
)
def test_what_has_ended_or_ends_within_a_month_is_not_featured(last: str, *, is_featured: bool) -> None:
    ending = offer("xai", "grok-4", lifecycle=Lifecycle(retires_on=LifecycleDate(last, LITELLM)))

    assert bool(featured(model("grok-4", ending))) is is_featured


def test_what_has_ended_by_the_day_of_the_newest_feed_is_not_featured() -> None:
    listed, offers = model("grok-4", offer("xai", "grok-4", lifecycle=ENDING))
    by_base = {listed.base: listed}

    assert choose(offers, by_base, today=TODAY) == ("xai/grok-4",)
    assert choose(offers, by_base, today=TODAY, latest=date(2026, 11, 1)) == ()


def test_a_promise_until_a_day_is_no_reason_against_it() -> None:
    promised = Lifecycle(retires_not_before=LifecycleDate("2026-10-01", LITELLM))

    assert featured(model("grok-4", offer("xai", "grok-4", lifecycle=promised))) == ["xai/grok-4"]


def test_a_host_at_which_it_stays_goes_before_one_at_which_it_ends() -> None:
    ending, staying = offer("groq", "inkling", lifecycle=ENDING), offer("deepinfra", "inkling")

    assert featured(model("inkling", ending, staying)) == ["deepinfra/inkling"]


def test_a_line_that_goes_on_under_a_longer_name_is_replaced() -> None:
    before = model("gpt-5.5", share=0.5)
    sol = model("gpt-5.6-sol", share=0.4, released="2026-07-01")

    assert featured(before, sol, model("kimi-k3", share=0.3)) == [
        "openai/gpt-5.6-sol",
        "moonshotai/kimi-k3",
        "openai/gpt-5.5",
    ]
    assert featured(before, model("gpt-5.4-codex", share=0.4)) == ["openai/gpt-5.5", "openai/gpt-5.4-codex"]


def test_the_map_need_not_have_what_is_new_at_its_labs_first_host() -> None:
    route = LiteLLMRoute(id="xai/grok-5", kind=RouteKind.NATIVE, known=False, primary=True)

    assert featured(model("grok-5", offer("xai", "grok-5", litellm=route), released="2026-08-01")) == ["xai/grok-5"]
    assert featured(model("grok-5", offer("xai", "grok-5", litellm=route), released="2026-07-31")) == []
    elsewhere = replace(route, id="groq/grok-5")
    assert featured(model("grok-5", offer("groq", "grok-5", litellm=elsewhere), released="2026-08-01")) == []


def test_a_beta_is_featured() -> None:
    assert featured(model("grok-4", offer("xai", "grok-4", status="beta"))) == ["xai/grok-4"]


def test_an_address_may_be_needed_at_the_labs_first_host_where_litellm_knows_the_id() -> None:
    route = LiteLLMRoute(id="qwencloud/qwen-3.8-max", kind=RouteKind.NATIVE_BASE, known=True, primary=True)

    assert featured(model("qwen-3.8-max", offer("alibaba", "qwen-3.8-max", litellm=route))) == ["alibaba/qwen-3.8-max"]


def test_a_model_of_an_unknown_lab_or_at_unfamiliar_hosts_is_not_featured() -> None:
    assert featured(model("something", share=0.9), model("grok-4", offer("gateway", "grok-4"))) == []


def test_the_labs_first_host_goes_before_its_others_and_those_before_resellers() -> None:
    def at(*providers: str) -> list[str]:
        return featured(model("gemini-4-pro", *(offer(provider, "gemini-4-pro") for provider in providers)))

    assert at("openrouter", "google-vertex", "google") == ["google/gemini-4-pro"]
    assert at("openrouter", "google-vertex") == ["google-vertex/gemini-4-pro"]
    assert at("openrouter", "groq") == ["groq/gemini-4-pro"]


def test_of_the_ids_at_one_host_the_known_and_plain_one_is_taken() -> None:
    def named(name: str, *, known: bool = True) -> Offer:
        route = LiteLLMRoute(id=f"anthropic/{name}", kind=RouteKind.NATIVE, known=known, primary=True)
        return replace(offer("anthropic", name, litellm=route), base="claude-opus-4.5")

    def best(*offers: Offer) -> list[str]:
        return featured(model("claude-opus-4.5", *offers))

    assert best(named("claude-opus-4-5-20251101"), named("claude-opus-4-5")) == ["anthropic/claude-opus-4-5"]
    assert best(named("claude-opus-4-5-latest"), named("claude-opus-4-5")) == ["anthropic/claude-opus-4-5"]
    assert best(named("claude-opus-4-5-20251101"), named("claude-opus-4-5", known=False)) == [
        "anthropic/claude-opus-4-5-20251101"
    ]


MANY = [model("gpt-5", share=0.5), model("grok-4", share=0.4), model("kimi-k3", share=0.3)]


@pytest.mark.parametrize("name", ["kimi-k3", "moonshotai/kimi-k3", "moonshot/kimi-k3"])
def test_what_the_operator_includes_comes_first(name: str) -> None:
    assert featured(*MANY, choices=FeaturedChoices(include=(name,)))[0] == "moonshotai/kimi-k3"


def test_what_the_operator_includes_needs_no_hosts_but_must_be_callable() -> None:
    rare = model("inkling", share=0.0)
    unpriced = model("mercury-2", offer("inception", "mercury-2", price=Price(Rates())))

    chosen = featured(
        *MANY, rare, unpriced, choices=FeaturedChoices(include=("mercury-2", "inkling", "inkling", "unheard-of"))
    )

    assert chosen == ["thinkingmachines/inkling", "openai/gpt-5", "xai/grok-4", "moonshotai/kimi-k3"]


@pytest.mark.parametrize("name", ["gpt-5", "openai/gpt-5"])
def test_what_the_operator_excludes_is_not_featured(name: str) -> None:
    assert featured(*MANY, choices=FeaturedChoices(exclude=(name,))) == ["xai/grok-4", "moonshotai/kimi-k3"]


def test_every_major_lab_has_a_host() -> None:
    assert [lab.id for lab in LABS if lab.major and not lab.hosts] == []
