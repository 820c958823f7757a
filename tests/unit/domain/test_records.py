"""Records: values that state nothing where nothing is known."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from llmanac.domain.pricing import UNKNOWN_PRICE
from llmanac.domain.records import Capability, Limits, Modalities, Offer, RouteKind


def test_an_offer_is_named_by_its_provider_and_the_hosts_own_id() -> None:
    assert Offer(provider="openrouter", model="anthropic/claude-5:free", base="claude-5").id == (
        "openrouter/anthropic/claude-5:free"
    )


def test_what_is_not_said_is_unknown() -> None:
    offer = Offer(provider="acme", model="m", base="m")

    assert (offer.name, offer.family, offer.status, offer.release_date, offer.open_weights) == (None,) * 5
    assert (offer.limits, offer.modalities, offer.capabilities) == (Limits(), Modalities(), ())
    assert (offer.price, offer.litellm) == (UNKNOWN_PRICE, None)


def test_records_do_not_change() -> None:
    offer = Offer(provider="acme", model="m", base="m")

    with pytest.raises(FrozenInstanceError):
        offer.name = "other"  # type: ignore[misc]  # -- that it fails is the test


def test_capabilities_have_one_order() -> None:
    assert [capability.value for capability in Capability] == [
        "tool_call",
        "reasoning",
        "structured_output",
        "vision",
        "pdf",
        "audio_input",
        "video_input",
        "image_output",
        "audio_output",
        "video_output",
        "attachment",
        "temperature",
        "interleaved",
        "prompt_caching",
    ]


def test_routes_have_the_kinds_that_answers_name() -> None:
    assert [kind.value for kind in RouteKind] == ["native", "native_base", "compatible"]
