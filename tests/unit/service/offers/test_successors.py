"""Successors of models that are being retired."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.domain.naming import base_of
from llmanac.domain.records import Capability, Limits, Modalities, Offer
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.successors import Lines, Succession, Successors

from ...small_overlays import overlaid_edition


def offer(provider: str, model: str, **facts: Any) -> Offer:
    return Offer(**{"provider": provider, "model": model, "base": base_of(model), **facts})


ENDING = Lifecycle(retires_on=LifecycleDate("2026-12-01", LITELLM))

OFFERS = (
    offer("anthropic", "claude-opus-4-1", first_party=True, status="deprecated"),
    offer("anthropic", "claude-opus-5", first_party=True),
    offer("anthropic", "claude-opus-5-20260801", first_party=True),
    offer("anthropic", "claude-opus-6", first_party=True, status="deprecated"),
    offer("anthropic", "claude-haiku-7", first_party=True),
    offer("router", "anthropic/claude-opus-4.1"),
    offer("router", "anthropic/claude-opus-4.5"),
    offer("openai", "gpt-4.1-mini", first_party=True),
    offer("openai", "gpt-5-mini", first_party=True),
    offer("openai", "gpt-5.4-mini", first_party=True, lifecycle=ENDING),
    offer("openai", "gpt-5.4", first_party=True),
)


def test_a_last_day_may_be_the_end_of_the_calendar() -> None:
    never = Lifecycle(retires_on=LifecycleDate("9999-12-31", LITELLM))
    offers = (
        offer("openai", "gpt-5-mini", first_party=True, lifecycle=never, status="deprecated"),
        offer("openai", "gpt-5.4-mini", first_party=True, lifecycle=ENDING),
    )
    assert Successors(offers, Lines.of(offers), today=date(2026, 9, 30)).if_ending(offers[0]).offer is None


@pytest.fixture
def successors() -> Successors:
    return Successors(OFFERS, Lines.of(OFFERS), today=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("going", "successor"),
    [
        # The newest of its line at the same host, under its plainest id; what goes itself succeeds nobody
        ("anthropic/claude-opus-4-1", "anthropic/claude-opus-5"),
        ("router/anthropic/claude-opus-4.1", "router/anthropic/claude-opus-4.5"),
        # Not one whose last day is known, and none of another line
        ("openai/gpt-4.1-mini", "openai/gpt-5-mini"),
        # Of the newest, another id of the same model
        ("anthropic/claude-opus-5-20260801", "anthropic/claude-opus-5"),
        ("openai/gpt-5.4", None),
    ],
)
def test_after_an_offer_comes_the_newest_of_its_line(successors: Successors, going: str, successor: str | None) -> None:
    [it] = [it for it in OFFERS if it.id == going]
    found = successors.find(it).offer
    assert (found.id if found else None) == successor


@pytest.mark.parametrize(
    ("model_id", "providers", "successor"),
    [
        ("claude-3-opus-20240229", ["anthropic"], "anthropic/claude-opus-5"),
        ("claude-3-opus-20240229", [], "anthropic/claude-opus-5"),
        ("claude-3-opus-20240229", ["router"], "router/anthropic/claude-opus-4.5"),
        ("claude-3-opus-20240229", ["openai"], "anthropic/claude-opus-5"),
        ("claude-opus-5-20260101", ["anthropic"], "anthropic/claude-opus-5"),
        ("nobody-knows-1", [], None),
    ],
)
def test_after_an_id_that_is_not_listed(
    successors: Successors, model_id: str, providers: list[str], successor: str | None
) -> None:
    found = successors.after_unlisted(model_id, providers)
    assert (found.id if found else None) == successor


TEXT, SEEING = Modalities(("text",), ("text",)), Modalities(("text", "image"), ("text",))
TODAY = date(2026, 9, 30)


def ending(day: str) -> Lifecycle:
    return Lifecycle(retires_on=LifecycleDate(day, LITELLM))


def after(retiring: Offer, *others: Offer) -> Succession:
    offers = (retiring, *others)
    return Successors(offers, Lines.of(offers), today=TODAY).find(retiring)


def successor_of(retiring: Offer, *others: Offer) -> str | None:
    found = after(retiring, *others).offer
    return found.id if found else None


@pytest.mark.parametrize(
    ("retiring", "newer", "follows"),
    [
        ("llama-3.1-8b", "llama-3.3-70b", False),
        ("llama-3.1-70b", "llama-3.3-70b", True),
        ("qwen-2.5-72b", "qwen-3.8-2.4t", False),
        ("gemma-2-9b", "gemma-4-26b", True),
        ("mixtral-8x7b", "mistral-medium-3.5", True),
    ],
)
def test_a_successor_is_of_the_same_size_class(retiring: str, newer: str, *, follows: bool) -> None:
    found = successor_of(offer("acme", retiring), offer("acme", newer))

    assert found == (f"acme/{newer}" if follows else None)


def test_a_model_that_sees_is_followed_by_one_that_sees() -> None:
    seeing = offer("zai", "glm-4.5v", modalities=SEEING)

    assert successor_of(seeing, offer("zai", "glm-5.3", modalities=TEXT)) is None
    assert successor_of(seeing, offer("zai", "glm-5v", modalities=SEEING)) == "zai/glm-5v"
    claude = offer("acme", "claude-sonnet-4", modalities=SEEING)
    assert successor_of(claude, offer("acme", "claude-sonnet-5", modalities=TEXT)) is None


@pytest.mark.parametrize(
    ("retiring", "follows"),
    [
        ("eu.anthropic.claude-sonnet-4-v1:0", "eu.anthropic.claude-sonnet-5-5"),
        ("us.anthropic.claude-sonnet-4-v1:0", "us.anthropic.claude-sonnet-5"),
        ("anthropic.claude-sonnet-4-v1:0", "anthropic.claude-sonnet-5-5"),
        ("apac.anthropic.claude-sonnet-4-v1:0", None),
        ("claude-sonnet-4@eu", "eu.anthropic.claude-sonnet-5-5"),
        ("claude-sonnet-4@asia", "anthropic.claude-sonnet-5-5"),
    ],
)
def test_a_successor_has_the_same_mark_of_a_region(retiring: str, follows: str | None) -> None:
    ids = ("eu.anthropic.claude-sonnet-5-5", "us.anthropic.claude-sonnet-5", "anthropic.claude-sonnet-5-5")
    found = successor_of(offer("bedrock", retiring), *(offer("bedrock", it) for it in ids))

    assert found == (f"bedrock/{follows}" if follows else None)


@pytest.mark.parametrize(
    ("retiring", "newer", "follows"),
    [
        ("glm-4", "TEE/glm-5.3", False),
        ("TEE/glm-4", "TEE/glm-5.3", True),
        ("gpt-5-fast", "gpt-5.5", False),
        ("gpt-5", "gpt-5.5-fast", False),
        ("glm-4.6:free", "glm-5.3", False),
        ("claude-sonnet-4", "claude-sonnet-5:thinking", False),
        ("claude-sonnet-4:thinking", "claude-sonnet-5", True),
    ],
)
def test_a_successor_is_served_in_the_same_mode(retiring: str, newer: str, *, follows: bool) -> None:
    thinks = offer("acme", newer, capabilities=(Capability.REASONING,))

    assert successor_of(offer("acme", retiring), thinks) == (thinks.id if follows else None)


@pytest.mark.parametrize(
    ("last", "next_last", "follows"),
    [
        ("2026-10-23", "2027-04-01", True),  # much later
        ("2026-10-23", "2026-12-01", False),
        (None, "2027-04-01", True),  # far away
        (None, "2027-03-01", False),
    ],
)
def test_an_end_far_away_disqualifies_nobody(last: str | None, next_last: str, *, follows: bool) -> None:
    retiring = offer("openai", "gpt-4.1-nano", lifecycle=ending(last) if last else NO_LIFECYCLE, status="deprecated")
    newer = offer("openai", "gpt-5.4-nano", lifecycle=ending(next_last))

    assert successor_of(retiring, newer) == (newer.id if follows else None)


def test_the_lab_comes_after_the_host() -> None:
    retiring = offer("azure", "claude-opus-4-1", status="deprecated")
    lab = offer("anthropic", "claude-opus-5", first_party=True)

    assert successor_of(retiring, lab) == "anthropic/claude-opus-5"
    assert successor_of(retiring, lab, offer("azure", "claude-opus-4-5")) == "azure/claude-opus-4-5"


@pytest.mark.parametrize(
    ("retiring", "newer"),
    [
        ("o4-mini", "gpt-5.4-mini"),
        ("gpt-4-turbo", "gpt-5.5"),
        ("gpt-3.5-turbo", "gpt-5.4-mini"),
        ("devstral-small-2507", "mistral-small-2603"),
        ("gemini-3.1-flash-lite-preview", "gemini-3.1-flash-lite"),
    ],
)
def test_a_line_goes_on_under_another_name_and_after_its_previews(retiring: str, newer: str) -> None:
    assert successor_of(offer("acme", retiring), offer("acme", newer)) == f"acme/{newer}"


def test_dates_in_names_and_releases_tell_what_is_newer() -> None:
    large = offer("mistral", "mistral-large-2411")
    assert successor_of(large, offer("mistral", "mistral-large-2512")) == "mistral/mistral-large-2512"
    assert successor_of(large, offer("mistral", "mistral-large-2407")) is None
    qwen = offer("acme", "qwen-max", release_date="2025-01-25", base="qwen-max")
    later = offer("acme", "qwen-max-new", release_date="2026-08-03", base="qwen-max-2")
    assert successor_of(qwen, later) == "acme/qwen-max-new"


@pytest.mark.parametrize(
    ("newer", "note"),
    [
        ({}, "No newer model of its line (llama) is listed at acme."),
        ({"model": "llama-3.3-8b"}, "of another size, such as acme/llama-3.3-8b."),
        ({"model": "eu.llama-3.3-70b"}, "in other regions"),
        ({"model": "llama-3.3-70b", "modalities": Modalities(("text",), ("image",))}, "lack some of its media"),
        ({"model": "llama-3.3-70b", "lifecycle": ending("2026-10-15")}, "end soon too"),
    ],
)
def test_there_is_a_reason_why_nothing_succeeds(newer: dict[str, Any], note: str) -> None:
    retiring = offer("acme", "llama-3.1-70b", modalities=TEXT)
    found = after(retiring, *([offer("acme", **newer)] if newer else []))

    assert found.offer is None
    assert found.note is not None
    assert note in found.note


def test_a_shorter_context_is_told() -> None:
    retiring = offer("openai", "gpt-4.1-nano", limits=Limits(context=1_047_576))
    found = after(retiring, offer("openai", "gpt-5.4-nano", limits=Limits(context=400_000)))

    assert found.offer is not None
    assert found.note == "Its context is shorter: 400,000 tokens."


def test_an_id_that_is_gone_is_followed_by_another_id_of_its_model_before_a_newer_one() -> None:
    offers = (
        offer("anthropic", "claude-opus-5", first_party=True),
        offer("anthropic", "claude-opus-5-5", first_party=True),
    )
    successors = Successors(offers, Lines.of(offers), today=TODAY)

    found = successors.after_unlisted("claude-opus-5-20260101", ["anthropic"])
    assert found is not None
    assert found.id == "anthropic/claude-opus-5"


def test_the_successor_that_the_organisation_names_comes_before_any_other(overlaid: Edition) -> None:
    offers, successors = overlaid.services.resolver, overlaid.services.successors

    for succession in (successors.find, successors.if_ending):
        found = succession(offers.found("acme/beta").offer).offer
        assert found is not None
        assert found.id == "acme/alpha"


def test_one_that_is_not_listed_succeeds_nothing() -> None:
    edition = overlaid_edition({"match": "acme/alpha", "set": {"successor": "acme/nothing"}, "reason": "A slip"})

    assert edition.services.successors.if_ending(edition.services.resolver.found("acme/alpha").offer).offer is None
