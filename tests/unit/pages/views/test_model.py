from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.domain.pricing import Price, PriceState, Rates, Service, Tier
from llmanac.pages.views.model import rank, rates
from llmanac.service.editions.edition import Edition
from llmanac.service.rules.policies.access import OpenDoor
from llmanac.storage.database import Database

from ...small_overlays import overlaid_edition
from ...small_pages import client_of, page_routes
from ...small_past import Installation, OpenGate, installation_on
from ...small_policies import InstalledPolicies
from ..conftest import MakeOffer


def test_hosts_are_ranked_by_price_and_the_unpriced_come_last(make_offer: MakeOffer) -> None:
    offers = [
        make_offer("unknown", input=None, output=None, state=PriceState.UNKNOWN),
        make_offer("in a plan", input="0", output="0", state=PriceState.IN_PLAN),
        make_offer("dear", output="9"),
        make_offer("own", output="3", first_party=True),
        make_offer("alike", output="3"),
        make_offer("free", input="0", output="0", state=PriceState.FREE),
    ]
    ranked = rank(offers, own=offers[2])
    assert [(it.place, it.offer.model) for it in ranked] == [
        (1, "free"),
        (2, "own"),
        (3, "alike"),
        (4, "dear"),
        (None, "in a plan"),
        (None, "unknown"),
    ]
    assert [it.offer.model for it in ranked if it.is_own] == ["dear"]


def test_every_known_rate_is_listed_with_its_tier_and_service() -> None:
    price = Price(
        Rates(input=Decimal(2), cache_read=Decimal("0.2")),
        (Tier(200_000, Rates(input=Decimal(4))),),
        PriceState.KNOWN,
        (Service("batch", Rates(input=Decimal(1))),),
    )
    assert rates(price) == [
        ("", [("Input", "$2.00"), ("Cached input", "$0.20")]),
        ("Above 200,000 tokens", [("Input", "$4.00")]),
        ("Batch", [("Input", "$1.00")]),
    ]


async def page_of(id_: str, database: Database, edition: Edition) -> str:
    """The HTML of a model's page."""
    stood_on = installation_on(database, served=edition)
    policies = await InstalledPolicies(database).open()
    async with client_of(page_routes(stood_on, OpenGate(), policies=policies, door=OpenDoor())) as client:
        return (await client.get(f"/models/{id_}")).text


@pytest.mark.anyio
async def test_what_is_ours_is_marked_and_told_with_its_reason(database: Database, overlaid: Edition) -> None:
    html = await page_of("acme/alpha", database, overlaid)

    assert 'href="#ours" title="Ours, in place of $3.00: Negotiated (ann, rule 2 of corp)"' in html
    assert "What our overlays state of this model" in html
    assert "work-horse" in html


@pytest.mark.anyio
async def test_what_an_overlay_adds_has_a_page_that_says_so(database: Database, overlaid: Edition) -> None:
    html = await page_of("rack/own", database, overlaid)

    assert "No source lists this: an overlay of ours adds it. Our own" in html
    assert "No source speaks of this." in html


@pytest.mark.anyio
async def test_a_successor_that_we_name_does_not_make_a_model_retire(database: Database) -> None:
    edition = overlaid_edition({"match": "acme/alpha", "set": {"successor": "acme/beta"}, "reason": "Cheaper"})

    html = await page_of("acme/alpha", database, edition)

    assert "The successor that we have named is" in html
    assert "This is to be retired" not in html


@pytest.mark.anyio
async def test_without_overlays_nothing_is_ours(database: Database, embedded_edition: Edition) -> None:
    html = await page_of(embedded_edition.catalog.offers[0].id, database, embedded_edition)

    assert "<h1>" in html
    assert "#ours" not in html
    assert 'id="ours"' not in html


@pytest.mark.anyio
async def test_what_could_take_the_place_of_one_that_ends_or_is_removed_is_on_its_page(
    installation: Installation,
) -> None:
    policies = await InstalledPolicies(installation.database).open()
    async with client_of(page_routes(installation, OpenGate(), policies=policies, door=OpenDoor())) as client:
        pages = {id_: (await client.get(f"/models/{id_}")).text for id_ in ("acme/large-1", "acme/alpha")}
        pages["ends"] = (await client.get("/models/acme/lab/large-2")).text

    assert 'Could take its place: <a href="/models/acme/large-3">' in pages["acme/large-1"]
    assert 'Could take its place: <a href="/models/acme/large-3">' in pages["ends"]
    assert "times the cost" in pages["ends"]
    assert "Could take its place" not in pages["acme/alpha"]
