"""Successors of models that are being retired."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.naming import base_of
from llmanac.domain.records import Offer
from llmanac.service.offers.successors import Lines, Successors


def offer(provider: str, model: str, **facts: Any) -> Offer:
    return Offer(provider=provider, model=model, base=base_of(model), **facts)


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


@pytest.fixture
def successors() -> Successors:
    return Successors(OFFERS, Lines.of(OFFERS))


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
    found = successors.after(it)
    assert (found.id if found else None) == successor


@pytest.mark.parametrize(
    ("model_id", "providers", "successor"),
    [
        ("claude-3-opus-20240229", ["anthropic"], "anthropic/claude-opus-5"),
        ("claude-3-opus-20240229", [], "anthropic/claude-opus-5"),
        ("claude-3-opus-20240229", ["router"], "router/anthropic/claude-opus-4.5"),
        ("claude-3-opus-20240229", ["openai"], None),
        ("claude-opus-5-20260101", ["anthropic"], "anthropic/claude-opus-5"),
        ("nobody-knows-1", [], None),
    ],
)
def test_after_an_id_that_is_not_listed(
    successors: Successors, model_id: str, providers: list[str], successor: str | None
) -> None:
    found = successors.after_unlisted(model_id, providers)
    assert (found.id if found else None) == successor
