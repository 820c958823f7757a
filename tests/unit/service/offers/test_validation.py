"""The validation of ids."""

from __future__ import annotations

import pytest

from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.resolution import SpellingOf
from llmanac.service.offers.validation import IdStatus, LiteLLMCall, Validator

from ..conftest import MakeBuild

LAST_DAY = LifecycleDate("2027-01-31", LITELLM)


def offer(provider: str, model: str, status: str | None = None, **dates: LifecycleDate) -> Offer:
    route = LiteLLMRoute(id=f"{provider}_ai/{model}", kind=RouteKind.NATIVE, known=True, primary=True)
    return Offer(
        provider=provider,
        model=model,
        base=base_of(model),
        status=status,
        lifecycle=Lifecycle(**dates),
        first_party=True,
        litellm=route,
    )


@pytest.fixture
def validator(make_build: MakeBuild) -> Validator:
    build = make_build(
        offer("acme", "gpt-4.1", retires_on=LAST_DAY),
        offer("acme", "gpt-4o", status="deprecated"),
        offer("acme", "gpt-4", status="deprecated", retires_on=LAST_DAY),
        offer("acme", "gpt-4-turbo", retires_not_before=LAST_DAY),
        offer("acme", "gpt-5"),
        Offer(provider="plain", model="llama-3.3-70b", base="llama-3.3-70b"),
        Offer(provider="plain", model="llama-3.3-70b-fp8", base="llama-3.3-70b"),
        acme="acme_ai",
    )
    return Edition.of(build).services.validator


def test_a_known_id_comes_with_its_litellm_call_and_credentials(validator: Validator) -> None:
    verdict = validator.validate("acme_ai/gpt-5")
    assert (verdict.standing, verdict.read_as, verdict.offer) == (IdStatus.KNOWN, SpellingOf.LITELLM, "acme/gpt-5")
    assert verdict.litellm == LiteLLMCall(
        id="acme_ai/gpt-5", kind=RouteKind.NATIVE, known=True, primary=True, api_base=None
    )
    assert (verdict.provider, verdict.env, verdict.price_state) == ("acme", ("ACME_API_KEY",), PriceState.UNKNOWN)
    assert (verdict.detail, verdict.successor, verdict.candidates) == (None, None, ())


@pytest.mark.parametrize(
    ("given_id", "status", "date", "detail"),
    [
        ("acme/gpt-4o", "deprecated", None, "acme calls acme/gpt-4o deprecated."),
        (
            "acme/gpt-4",
            "deprecated",
            "2027-01-31",
            "acme calls acme/gpt-4 deprecated; it ends on 2027-01-31, according to LiteLLM.",
        ),
        ("acme/gpt-4.1", None, "2027-01-31", "acme/gpt-4.1 ends on 2027-01-31, according to LiteLLM."),
    ],
)
def test_an_offer_that_is_being_retired_has_a_successor(
    validator: Validator, given_id: str, status: str | None, date: str | None, detail: str
) -> None:
    verdict = validator.validate(given_id)
    assert (verdict.standing, verdict.status, verdict.deprecation_date) == (IdStatus.KNOWN, status, date)
    assert (verdict.successor, verdict.detail) == ("acme/gpt-5", detail)


def test_an_offer_that_is_promised_until_a_day_is_not_being_retired(validator: Validator) -> None:
    verdict = validator.validate("acme/gpt-4-turbo")
    assert (verdict.deprecation_date, verdict.lifecycle.retires_on) == (LAST_DAY.date, None)
    assert verdict.detail == "acme/gpt-4-turbo ends not before 2027-01-31, according to LiteLLM."
    assert verdict.successor is None


def test_an_id_that_names_no_host_has_candidates(validator: Validator) -> None:
    verdict = validator.validate("llama-3.3-70b")
    assert (verdict.standing, verdict.offer, verdict.litellm) == (IdStatus.AMBIGUOUS, None, None)
    assert verdict.candidates == ("plain/llama-3.3-70b", "plain/llama-3.3-70b-fp8")


def test_an_id_that_is_not_listed_is_unknown_and_may_have_a_successor(validator: Validator) -> None:
    verdict = validator.validate("acme_ai/gpt-3")
    assert (verdict.standing, verdict.provider, verdict.successor) == (IdStatus.UNKNOWN, "acme", "acme/gpt-5")
    assert verdict.detail
    assert verdict.detail.startswith("There is no model 'acme_ai/gpt-3'")


def test_an_offer_that_litellm_cannot_call_has_no_litellm_id(validator: Validator) -> None:
    assert validator.validate("plain/llama-3.3-70b").litellm is None


def test_whether_the_organisation_approves_and_who_speaks_of_the_status(overlaid: Edition) -> None:
    validator = overlaid.services.validator
    approved, not_approved, added = map(validator.validate, ["acme/alpha", "acme/beta", "rack/own"])

    assert (approved.approved, approved.status_source, approved.detail) == (True, None, None)
    assert (not_approved.approved, not_approved.status_source) == (False, "overlays")
    assert not_approved.detail == "The organisation's overlays call acme/beta deprecated."
    assert (added.approved, added.listed_by) == (None, "overlays")


def test_the_source_of_a_status_is_who_lists_the_model(validator: Validator) -> None:
    assert validator.validate("acme/gpt-4o").status_source == "models.dev"
