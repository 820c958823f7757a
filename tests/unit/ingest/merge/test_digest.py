"""A digest names the content: any fact that differs gives another, any order the same."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import Price, PriceState, Rates, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, ModelKind, Offer, Provider, RouteKind
from llmanac.ingest.layer import Cost, LiteLLMListing, ModelClaims
from llmanac.ingest.merge.digest import digest_of

OFFER = Offer(
    provider="acme",
    model="m",
    base="m",
    name="M",
    family="m",
    status="beta",
    release_date="2026-01",
    last_updated="2026-02",
    knowledge="2025",
    open_weights=True,
    capabilities=(Capability.TOOL_CALL,),
    limits=Limits(context=1),
    modalities=Modalities(("text",), ("text",)),
    price=Price(Rates(input=Decimal(1)), (Tier(200_000, Rates(input=Decimal(2))),), PriceState.KNOWN),
    first_party=True,
    popularity=0.5,
    litellm=LiteLLMRoute(id="acme/m", kind=RouteKind.NATIVE, known=True, primary=True),
)
OTHERWISE = {
    "provider": "acme2",
    "model": "n",
    "base": "n",
    "name": None,
    "family": "n",
    "status": None,
    "release_date": "2026-03",
    "last_updated": None,
    "knowledge": "2024",
    "open_weights": None,
    "capabilities": (),
    "limits": Limits(),
    "modalities": Modalities(("text",), ("image",)),
    "price": Price(Rates(input=Decimal(1)), (), PriceState.KNOWN),
    "lifecycle": Lifecycle(retires_on=LifecycleDate("2027-01-01", "litellm")),
    "first_party": False,
    "popularity": 0.25,
    "litellm": None,
    "kind": ModelKind.IMAGE,
    "listed_by": "litellm",
    "own": OwnFacts(tags=("a",)),
}
PROVIDERS = [Provider(id="a"), Provider(id="b", env=("KEY",))]

DIGEST = digest_of([OFFER], PROVIDERS, ["acme/m"])


@pytest.mark.parametrize("field", [field.name for field in fields(Offer)])
def test_every_field_of_an_offer_counts(field: str) -> None:
    changed = replace(OFFER, **{field: OTHERWISE[field]})  # type: ignore[arg-type]  # -- fields by name

    assert digest_of([changed], PROVIDERS, ["acme/m"]) != DIGEST


def test_providers_and_the_featured_set_count() -> None:
    assert digest_of([OFFER], PROVIDERS[:1], ["acme/m"]) != DIGEST
    assert digest_of([OFFER], PROVIDERS, []) != DIGEST


def test_the_order_of_providers_and_who_shares_a_value_do_not() -> None:
    twin = replace(OFFER, limits=Limits(context=1), price=replace(OFFER.price, rates=Rates(input=Decimal("1.0"))))

    assert digest_of([OFFER], PROVIDERS[::-1], ["acme/m"]) == DIGEST
    assert digest_of([replace(OFFER, limits=Limits(context=1))], PROVIDERS, ["acme/m"]) == DIGEST
    assert digest_of([twin], PROVIDERS, ["acme/m"]) == DIGEST


@pytest.mark.slow
def test_another_process_gives_the_same() -> None:
    code = (
        "from llmanac.ingest.packaged.bundled import open_sources; "
        "from llmanac.ingest.pipeline import build; "
        "print(build(open_sources()).catalog.digest)"
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def test_what_only_litellm_lists_counts() -> None:
    def digest(price: str) -> str:
        row = ModelClaims(id="x/m", cost=Cost(Rates(input=Decimal(price))))
        return digest_of([OFFER], PROVIDERS, ["acme/m"], litellm=[LiteLLMListing("x", "m", row)])

    assert digest("1") == digest("1")
    assert len({DIGEST, digest("1"), digest("2")}) == 3
