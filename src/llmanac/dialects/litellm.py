"""LiteLLM's map of prices: its own rows, every field as it came, with the figures that the catalog serves.

The key of a row decides which offer it means; several keys may mean one, and have the same figures then. Where the
catalog serves other prices than a row states, all of the row's prices are written anew, since some hang on others:
those above a size of the context, of other services, off peak.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.fragments import encoded
from llmanac.dialects.litellm_figures import flags, limits, new_row, prices_per_token
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced
from llmanac.domain.amounts import json_number
from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Offer, RouteKind
from llmanac.domain.spelling import litellm_spelling
from llmanac.errors import Forbidden, NotFound
from llmanac.ingest.decode.formats.litellm import NOT_MODELS
from llmanac.ingest.decode.formats.litellm_prices import (
    BY_PROVIDER,
    OFF_PEAK,
    OLD_CACHE_READ,
    RATE_KEY,
    SPEEDS,
    TIERED,
)
from llmanac.ingest.layer import NO_RATES, Cost, ModelClaims

RATES_PER_TOKEN = re.compile(rf"{RATE_KEY.pattern}|{OLD_CACHE_READ}|{TIERED}|{OFF_PEAK}")
"""Keys of prices per token, which are written anew together."""
UNKNOWN_COST = Cost(NO_RATES)
SCHEMA: Mapping[str, Any] = {"type": "object", "additionalProperties": {"type": "object"}}


def make(served: ServedCatalog, _question: Question) -> bytes:
    """The map: LiteLLM's own rows, and then every offer with a price that none of them means."""
    meanings = _Meanings(served)
    known: set[str] = set()
    rows = {key: encoded(row) for key, row in _own_rows(served, meanings, known)}
    for offer in served.catalog.offers:
        if offer.id in meanings.offers or not is_priced(offer.price, plans=True):
            continue
        spelt = litellm_spelling(offer)
        key = spelt if spelt is not None and spelt.lower() not in known else None
        if key is not None or offer.id.lower() not in known:
            rows.setdefault(key or offer.id, encoded(new_row(offer, key)))
    return orjson.dumps(rows)


def omission(offer: Offer, _catalog: CatalogData) -> str | None:
    """Why an offer is left out; one that LiteLLM's own map has is there whatever it costs."""
    is_known = offer.litellm is not None and offer.litellm.known
    return None if is_known or is_priced(offer.price, plans=True) else "no price, and no row of LiteLLM's own"


def served_row(record: Mapping[str, Any], offer: Offer, claims: ModelClaims | None) -> dict[str, Any]:
    """LiteLLM's row of an offer, every field as it came, with the figures that the catalog serves.

    ``claims`` are what the row itself states, if it is known.
    """
    row = {**record, **limits(offer), **flags(offer, record)}
    is_stated = claims is not None and _states(claims.cost or UNKNOWN_COST, offer.price)
    if _has_rate(offer.price) and not is_stated:
        row = {name: value for name, value in row.items() if not RATES_PER_TOKEN.fullmatch(name)}
        row |= prices_per_token(offer.price)
        if isinstance(by_provider := record.get(BY_PROVIDER), dict):
            row[BY_PROVIDER] = _speeds(by_provider, offer.price)
    return row


def _own_rows(served: ServedCatalog, meanings: _Meanings, known: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """LiteLLM's own rows in its order, without those of hidden offers; ``known`` gets the keys of all, folded."""
    for key, record in served.raw_records(LITELLM):
        known.add(key.lower())
        meaning = None if key in NOT_MODELS else meanings.find(key)
        if meaning is not None:
            offer, claims = meaning
            is_its_own = offer.listed_by == LITELLM and offer.id not in served.overlaid
            yield key, record if is_its_own else served_row(record, offer, claims)
        elif served.is_whole or key in NOT_MODELS or key in meanings.elsewhere:
            yield key, record


class _Meanings:
    """The offers that keys of the map mean: those that LiteLLM reaches by the key alone."""

    def __init__(self, served: ServedCatalog) -> None:
        self._served = served
        catalog = served.catalog
        self._meant: dict[str, tuple[str, bool]] = {}
        """By key, the id of the offer, and whether the row is its own. Not the offers: all of them are 20 MiB."""
        self.elsewhere: set[str] = set()
        """Keys that are also those of offers at another address, where prices are others."""
        for id_, claims in served.rows.items():
            if (offer := served.listed(id_)) is None:
                continue
            if not _is_called_by(claims.id, offer):
                self.elsewhere.add(claims.id)
            elif claims.id not in self._meant or _is_primary(offer):
                self._meant[claims.id] = (id_, True)
        for offer in catalog.litellm_offers:
            if offer.litellm is not None:
                self._meant[offer.litellm.id] = (offer.id, False)
        self.offers = {id_ for id_, _ in self._meant.values()}
        """The ids of offers that a key means."""

    def find(self, key: str) -> tuple[Offer, ModelClaims | None] | None:
        """The offer that a key means, with the claims of its row if that is the offer's own; None without one."""
        id_, is_its_own = self._meant.get(key, (None, False))
        offer = self._served.listed(id_) if id_ is not None else None
        if offer is None and key not in self.elsewhere:
            offer = self._other_spelling(key)
        return None if offer is None else (offer, self._served.rows[offer.id] if is_its_own else None)

    def _other_spelling(self, key: str) -> Offer | None:
        """The offer whose row has another key, too: with a host before it, or without."""
        catalog = self._served.catalog
        alias = catalog.litellm_aliases.get(key.lower())
        try:
            offer = self._served.offer(alias or key)
        except (NotFound, Forbidden):
            return None
        host = catalog.provider(offer.provider)
        prefixes = {offer.provider, host.litellm_prefix if host else None}
        prefix, separator, _ = key.partition("/")
        # Where a host is hidden, its key may be read as another host's own id.
        return offer if alias or not separator or prefix in prefixes else None


def _is_called_by(key: str, offer: Offer) -> bool:
    """Whether a key alone is enough to call an offer, or is the catalog's own id of it."""
    is_native = offer.litellm is not None and offer.litellm.kind is RouteKind.NATIVE
    return is_native or key.lower() == offer.id.lower()


def _is_primary(offer: Offer) -> bool:
    return offer.litellm is not None and offer.litellm.primary


def _states(cost: Cost, price: Price) -> bool:
    """Whether a row states the rates that the catalog serves, and others at most where the catalog serves them too."""
    services = {it.name: it for it in price.services}
    return (
        cost.rates == price.rates
        and cost.tiers == price.tiers
        and cost.off_peak == price.off_peak
        and all(services.get(it.name) == it for it in cost.services)
    )


def _has_rate(price: Price) -> bool:
    """Whether the catalog serves any price per token; where not, the row's own stand."""
    return price.state is PriceState.IN_PLAN or price.rates.input is not None or price.rates.output is not None


def _speeds(stated: Mapping[str, Any], price: Price) -> dict[str, Any]:
    """``provider_specific_entry`` with the factor of each faster service that is served; the rest as it came."""
    kept = {name: value for name, value in stated.items() if name not in SPEEDS}
    for service in price.services:
        if service.name in SPEEDS and service.rates.input and price.rates.input:
            kept[service.name] = json_number(service.rates.input / price.rates.input)
    return kept


DIALECT = Dialect(
    name="litellm",
    client="LiteLLM's SDK and proxy, aider",
    documents=(
        Document(
            path=paths.LITELLM,
            summary="LiteLLM's map of prices and context windows",
            description="LiteLLM's own rows, every field as it came, with the figures that this catalog serves; then "
            "every model with a price that LiteLLM does not list.",
            schema=SCHEMA,
            make=make,
            omission=omission,
        ),
    ),
)
