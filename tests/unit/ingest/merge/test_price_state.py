"""$0 is never ambiguous: free, included in a plan, or as dear as what a router picks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Modalities
from llmanac.ingest.layer import Cost, ModelClaims, ProviderClaims
from llmanac.ingest.merge.price_state import is_router, price_of, state_of, zeros_of

ZERO = Cost(Rates(input=Decimal(0), output=Decimal(0)))
PAID = Cost(Rates(input=Decimal(1), output=Decimal(2)))
EMBEDDING = Cost(Rates(input=Decimal(1), output=Decimal(0)))
HALF_ZERO = Cost(Rates(input=Decimal(0)))
CACHE_ONLY = Cost(Rates(cache_read=Decimal(1)))


def state(
    cost: Cost | None, *, model: str = "m", others: Cost | None = PAID, elsewhere: bool = False, **host: Any
) -> PriceState:
    """The state of a cost block at a host that has one other model; ``elsewhere``, another lab charges for it."""
    modalities = Modalities(("text",), host.pop("makes", ("text",)))
    record = ModelClaims(id=model, cost=cost, name=host.pop("called", None), modalities=modalities)
    details = {"id": "acme", "api": "https://api.acme.example/v1", **host}
    zeros = zeros_of(ProviderClaims(**details, models=(record, ModelClaims(id="other", cost=others))))
    return state_of(record, record.cost, zeros, is_charged_elsewhere=elsewhere)


def test_a_price_is_known_and_no_price_is_unknown() -> None:
    assert state(PAID) is PriceState.KNOWN
    assert state(EMBEDDING) is PriceState.KNOWN
    assert state(None) is PriceState.UNKNOWN
    assert state(CACHE_ONLY) is PriceState.UNKNOWN


def test_a_zero_among_prices_is_free() -> None:
    assert state(ZERO) is PriceState.FREE
    assert state(HALF_ZERO) is PriceState.UNKNOWN


@pytest.mark.parametrize("others", [PAID, ZERO, None])
def test_what_the_other_models_of_a_host_cost_makes_no_difference(others: Cost | None) -> None:
    assert state(ZERO, others=others) is PriceState.FREE
    assert state(ZERO, others=others, elsewhere=True) is PriceState.IN_PLAN
    assert state(ZERO, others=others, id="acme-plan") is PriceState.IN_PLAN


def test_nobody_gives_away_what_another_lab_charges_for() -> None:
    assert state(ZERO, elsewhere=True) is PriceState.IN_PLAN
    assert state(ZERO, elsewhere=True, makes=("text", "audio")) is PriceState.UNKNOWN  # by the song, or the minute
    assert state(PAID, elsewhere=True) is PriceState.KNOWN
    assert state(ZERO, elsewhere=True, api="http://localhost:1234/v1") is PriceState.FREE


@pytest.mark.parametrize("model", ["x-free", "lab/x:free", "kilo-auto/free", "x-free-thinking"])
def test_a_model_that_names_itself_free_is_free(model: str) -> None:
    assert state(ZERO, model=model, elsewhere=True) is PriceState.FREE
    assert state(ZERO, model=model, id="acme-plan") is PriceState.FREE
    assert state(PAID, model=model) is PriceState.KNOWN
    assert state(ZERO, called="X (free)", elsewhere=True) is PriceState.FREE


@pytest.mark.parametrize("model", ["freepik", "x-freedom", "carefree"])
def test_what_only_sounds_free_is_not(model: str) -> None:
    assert state(ZERO, model=model, elsewhere=True) is PriceState.IN_PLAN


@pytest.mark.parametrize(
    "host",
    [
        {"id": "tencent-token-plan"},
        {"id": "zai-coding-plan"},
        {"env": ("ACME_CODING_PLAN_API_KEY",)},
        {"api": "https://api.acme.example/step_plan/v1"},
        {"api": "https://token-plan.acme.example/v1"},
        {"id": "acme-pass"},
        {"name": "Acme Coding Plan (China)"},
        {"doc": "https://acme.example/plans/token"},
        {"name": "Acme Subscription"},
        {"id": "gitlab"},
    ],
)
def test_a_host_that_calls_itself_a_plan_includes_what_it_states_no_price_of(host: dict[str, Any]) -> None:
    assert state(ZERO, **host) is PriceState.IN_PLAN
    assert state(None, **host) is PriceState.IN_PLAN
    assert state(PAID, **host) is PriceState.KNOWN


def test_a_planet_is_no_plan() -> None:
    assert state(ZERO, id="planet", api="https://explan.example/planning", name="Compass") is PriceState.FREE


@pytest.mark.parametrize(
    "api", ["http://127.0.0.1:1234/v1", "http://localhost/v1", "http://LOCALHOST:8080", "http://[::1]:80/v1"]
)
def test_zeros_on_the_callers_own_machine_are_free_even_where_there_is_nothing_else(api: str) -> None:
    assert state(ZERO, others=ZERO, api=api, elsewhere=True) is PriceState.FREE
    assert state(ZERO, others=ZERO, api=api, model="auto") is PriceState.VARIABLE  # it may pick a model elsewhere


@pytest.mark.parametrize("api", ["http://127.0.0.1.example.com/", "https://localhost.example.com", "http://["])
def test_a_name_that_looks_like_a_loopback_is_none(api: str) -> None:
    assert state(ZERO, others=ZERO, api=api, elsewhere=True) is PriceState.IN_PLAN


@pytest.mark.parametrize(
    "model",
    [
        "auto",
        "auto-model",
        "custom",
        "openrouter/auto",
        "openrouter/fusion",
        "orcarouter/orcarouter/fusion-mini",
        "kilo-auto/small",
        "step-router-v1",
        "switchpoint/router",
        "pioneer/auto",
    ],
)
def test_a_router_costs_what_it_picks_unless_it_names_a_price(model: str) -> None:
    assert state(ZERO, model=model) is PriceState.VARIABLE
    assert state(None, model=model) is PriceState.VARIABLE
    assert state(ZERO, model=model, others=ZERO) is PriceState.VARIABLE
    assert state(PAID, model=model) is PriceState.KNOWN


@pytest.mark.parametrize(
    "model",
    [
        "openrouter/free",
        "orcarouter/free",
        "autoglm-phone-9b",
        "accounts/fireworks/routers/glm-latest",
        "gemini-autopilot",
    ],
)
def test_what_only_sounds_like_a_router_is_none(model: str) -> None:
    assert not is_router(model)


def test_only_what_is_known_or_free_has_rates() -> None:
    assert price_of(PAID, PriceState.KNOWN) == Price(PAID.rates, state=PriceState.KNOWN)
    assert price_of(ZERO, PriceState.FREE).bound == 0
    for without in (PriceState.IN_PLAN, PriceState.VARIABLE, PriceState.UNKNOWN):
        assert price_of(ZERO, without) == Price(Rates(), state=without)
        assert price_of(ZERO, without).bound is None
