"""The id by which LiteLLM calls an offer."""

from __future__ import annotations

import pytest

from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.domain.spelling import litellm_spelling


@pytest.mark.parametrize(
    ("route", "spelling"),
    [
        (None, None),
        (LiteLLMRoute(id="acme_ai/one", kind=RouteKind.NATIVE, known=True, primary=True), "acme_ai/one"),
        (LiteLLMRoute(id="acme_ai/one", kind=RouteKind.NATIVE, known=True, primary=False), None),
        (LiteLLMRoute(id="openai/one", kind=RouteKind.COMPATIBLE, known=True, primary=True), None),
    ],
    ids=["unknown to LiteLLM", "its own", "another's", "compatible"],
)
def test_only_an_id_that_means_this_offer_and_suffices_is_a_spelling(
    route: LiteLLMRoute | None, spelling: str | None
) -> None:
    assert litellm_spelling(Offer(provider="acme", model="one", base="one", litellm=route)) == spelling
