from __future__ import annotations

from decimal import Decimal

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Offer
from llmanac.history.difference import difference
from llmanac.history.noise import last_reported_after


def catalog(price: str) -> CatalogData:
    offer = Offer(provider="acme", model="model", base="model", price=Price(Rates(input=Decimal(price))))
    return CatalogData(offers=(offer,), providers={}, models={}, featured=(), sources=(), digest="")


def test_small_moves_in_one_direction_are_reported_once_together_they_exceed_noise() -> None:
    reported: list[tuple[object, object]] = []
    last_reported: dict[str, Rates] = {}
    prices = ["100", "100.5", "101", "101.5", "102", "102", "101.5"]
    for before, after in zip(map(catalog, prices), map(catalog, prices[1:]), strict=False):
        for change in difference(before, after, last_reported=last_reported):
            reported += [(it.before, it.after) for it in change.differences]
        last_reported = last_reported_after(before, after, last_reported=last_reported)

    assert reported == [(100, 101.5)]
    assert last_reported == {}


def test_the_last_reported_rates_are_dropped_with_the_offer() -> None:
    nothing = CatalogData(offers=(), providers={}, models={}, featured=(), sources=(), digest="")

    assert last_reported_after(catalog("100"), catalog("100.5"), last_reported={}) == {
        "acme/model": Rates(input=Decimal(100))
    }
    assert last_reported_after(catalog("100.5"), nothing, last_reported={"acme/model": Rates(input=Decimal(100))}) == {}
