"""A source needs a decoder and a row of the table: its claims are then served, compared, and told with their source."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import pytest

from llmanac.domain.records import Offer
from llmanac.ingest.content.document import Document
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.formats import modelsdev, modelsdev_labs
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import ALL_FIELDS, SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.layer import Layer
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure
from llmanac.ingest.merge.conflicts.find import find_conflicts
from llmanac.ingest.pipeline import build
from llmanac.service.details.claims import FactClaim, claims_by_fact, provenance_of

LIMITS = {"context": 1000, "output": 100}


def decode(document: Document, memo: DecodeMemo | None = None) -> Layer:
    """Decodes a price list of an organisation's own: ``{"host/model": {"input": 1, "note": …}}``."""
    content: dict[str, Any] = {}
    for key, values in document.content.items():
        host, _, model = key.partition("/")
        content.setdefault(host, {"models": {}})["models"][model] = {"name": values["name"], "cost": values["cost"]}
    layer = modelsdev.decode(Document(content=content, sha256=document.sha256), memo)
    return replace(layer, source="price list")


PRICE_LIST = SourceFormat(
    label="Price list",
    states="states what we pay",
    decode=decode,
    layout=EntryLayout.FLAT,
    price_keys=re.compile("cost"),
    serves=ALL_FIELDS,
    required=False,
    guarded=False,
    home="https://prices.example",
    licence="ours",
)
AFTER = {**SOURCES, "price list": PRICE_LIST}
BEFORE = {"price list": PRICE_LIST, **SOURCES}


def feed(name: str, content: object, date: str = "2026-09-30") -> Feed:
    return Feed.of(orjson.dumps(content), name=name, origin="x", date=date)


def model(**fields: Any) -> dict[str, Any]:
    return {"name": "Large", "limit": LIMITS, "cost": {"input": 1, "output": 2}, **fields}


FEEDS = (
    feed("models.dev", {"acme": {"env": ["ACME_KEY"], "models": {"large": model(), "small": model(name="Small")}}}),
    feed("litellm", {"gpt-x": {"litellm_provider": "openai", "mode": "chat"}}, date="2026-11"),
    feed(
        "price list",
        {
            "acme/large": {"name": "Our Large", "cost": {"input": 3, "reasoning": 5}},
            "acme/own": {"name": "Own", "cost": {"input": 7}},
        },
        date="2026-12-01",
    ),
)
DATES = {it.name: it.ref.date for it in FEEDS}


def made(sources: dict[str, SourceFormat]) -> tuple[Build, dict[str, Offer]]:
    built = build(FEEDS, sources=sources)
    return built, {offer.id: offer for offer in built.catalog.offers}


@pytest.mark.parametrize("sources", [AFTER, BEFORE], ids=["last", "first"])
def test_what_only_it_claims_is_served(sources: dict[str, SourceFormat]) -> None:
    _, offers = made(sources)

    assert offers.keys() == {"acme/large", "acme/small", "acme/own"}
    assert offers["acme/own"].price.rates.input == 7
    assert offers["acme/large"].price.rates.reasoning == 5
    assert offers["acme/large"].limits.context == 1000


@pytest.mark.parametrize(("sources", "name", "price"), [(AFTER, "Large", 1), (BEFORE, "Our Large", 3)])
def test_its_place_in_the_table_is_its_precedence(sources: dict[str, SourceFormat], name: str, price: int) -> None:
    _, offers = made(sources)

    assert (offers["acme/large"].name, offers["acme/large"].price.rates.input) == (name, Decimal(price))


@pytest.mark.parametrize(("sources", "served"), [(AFTER, "models.dev"), (BEFORE, "price list")])
def test_a_claim_that_differs_is_a_conflict(sources: dict[str, SourceFormat], served: str) -> None:
    built, _ = made(sources)

    [conflict] = find_conflicts(built.catalog.offers, built.claims, sources=sources)

    assert (conflict.offer, conflict.field, conflict.served.source) == ("acme/large", "input", served)
    assert set(conflict.claims) == {ClaimedFigure("models.dev", Decimal(1)), ClaimedFigure("price list", Decimal(3))}


def test_every_claim_of_a_fact_is_told_with_its_source_and_its_date() -> None:
    built, offers = made(AFTER)

    claims = claims_by_fact(offers["acme/large"], built.claims["acme/large"], dates=DATES, sources=AFTER)

    assert claims["input"] == (
        FactClaim(source="models.dev", date="2026-09-30", value=1, served=True),
        FactClaim(source="price list", date="2026-12-01", value=3, served=False),
    )
    assert claims["reasoning"] == (FactClaim(source="price list", date="2026-12-01", value=5, served=True),)


def test_each_served_fact_is_from_the_source_that_claims_it() -> None:
    built, offers = made(AFTER)
    offer = offers["acme/large"]

    provenance = provenance_of(offer, built.catalog.models[offer.base], built.claims[offer.id], sources=AFTER)

    assert (provenance["name"], provenance["input"], provenance["reasoning"]) == (
        "models.dev",
        "models.dev",
        "price list",
    )


def test_it_is_reported_among_the_sources() -> None:
    built, _ = made(AFTER)

    told = {it.ref.name: (it.ref.date, it.records, it.licence) for it in built.catalog.sources}
    assert told["price list"] == ("2026-12-01", 2, "ours")


def test_what_a_lab_says_is_told_of_its_model_at_every_host() -> None:
    card = {"label": "Card", "url": "https://acme.example/card", "type": "model_card"}
    lab = {"acme/large": {"name": "Large", "license": "MIT", "knowledge": "2026-01", "links": [card]}}
    built = build([*FEEDS[:2], feed(modelsdev_labs.SOURCE, lab, date="2026-10-01")])
    [offer] = [it for it in built.catalog.offers if it.model == "large"]
    of_it = built.catalog.models[offer.base]
    claims = claims_by_fact(offer, built.claims[offer.id], dates={**DATES, modelsdev_labs.SOURCE: "2026-10-01"})

    assert (of_it.licence, [link.url for link in of_it.links]) == ("MIT", ["https://acme.example/card"])
    assert claims["licence"] == (FactClaim(source=modelsdev_labs.SOURCE, date="2026-10-01", value="MIT", served=True),)
    provenance = provenance_of(offer, of_it, built.claims[offer.id])
    assert (provenance["licence"], provenance["knowledge"], provenance["name"]) == (
        modelsdev_labs.SOURCE,
        modelsdev_labs.SOURCE,
        "models.dev",
    )
