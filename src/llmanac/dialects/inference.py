"""The contract's own format: an offer as the JSON of an InferenceCatalogEntry."""

from __future__ import annotations

from typing import Any

import orjson

from llmanac.domain.amounts import json_number
from llmanac.domain.pricing import Rates
from llmanac.domain.records import Limits, Modalities, Offer, RouteKind


def entry(offer: Offer, *, id: str | None = None) -> dict[str, Any]:  # noqa: A002 -- the contract's own word
    """The entry of an offer; ``id`` replaces the models.dev spelling where given."""
    return {
        "id": id or offer.id,
        "name": offer.name,
        "provider": offer.provider,
        "status": offer.status,
        "release_date": offer.release_date,
        "knowledge": offer.knowledge,
        "open_weights": offer.open_weights,
        "capabilities": offer.capabilities,
        "cost": _cost(offer.price.rates),
        "limits": _limits(offer.limits),
        "modalities": _modalities(offer.modalities),
    }


def encode(offer: Offer, *, id: str | None = None) -> bytes:  # noqa: A002 -- the contract's own word
    """The entry as JSON, in UTF-8."""
    return orjson.dumps(entry(offer, id=id))


def respell(offer: Offer, encoded: bytes) -> bytes:
    """The encoded entry of an offer under its LiteLLM id, where it has one; an entry begins with its id."""
    spelling = litellm_spelling(offer)
    return encoded if spelling is None else _start(spelling) + encoded[len(_start(offer.id)) :]


def litellm_spelling(offer: Offer) -> str | None:
    """The id by which LiteLLM calls exactly this offer; None where it means another, or does not suffice."""
    route = offer.litellm
    return route.id if route and route.primary and route.kind is not RouteKind.COMPATIBLE else None


def _start(id_: str) -> bytes:
    return b'{"id":' + orjson.dumps(id_)


def _cost(rates: Rates) -> dict[str, float | int | None] | None:
    if rates.input is None and rates.output is None:
        return None
    return {"input": json_number(rates.input), "output": json_number(rates.output)}


def _limits(limits: Limits) -> dict[str, int | None] | None:
    if limits.context is None and limits.output is None:
        return None
    return {"context": limits.context, "output": limits.output}


def _modalities(modalities: Modalities) -> dict[str, tuple[str, ...]] | None:
    if not modalities.input and not modalities.output:
        return None
    return {"input": modalities.input, "output": modalities.output}
