"""The contract's format: the list of InferenceCatalogEntry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import QueriedDialect
from llmanac.domain.amounts import json_number
from llmanac.domain.documented import DOCUMENTED
from llmanac.domain.pricing import Rates
from llmanac.domain.records import Limits, Modalities, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogCost:
    """Token pricing for a model."""

    __pydantic_config__ = DOCUMENTED

    input: float | None = None
    output: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogLimits:
    """Context window and output limits for a model."""

    __pydantic_config__ = DOCUMENTED

    context: int | None = None
    output: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogModalities:
    """Supported input/output modalities."""

    __pydantic_config__ = DOCUMENTED

    input: tuple[str, ...] = ()
    output: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceCatalogEntry:
    """Catalog entry for models.dev metadata."""

    __pydantic_config__ = DOCUMENTED

    id: str
    """Model ID in provider/model-name format"""
    name: str | None = None
    provider: str
    """Provider identifier"""
    status: str | None = None
    release_date: str | None = None
    knowledge: str | None = None
    open_weights: bool | None = None
    capabilities: tuple[str, ...] = ()
    """Model capabilities (tool_call, reasoning, etc.)"""
    cost: CatalogCost | None = None
    limits: CatalogLimits | None = None
    modalities: CatalogModalities | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceCatalogListResponse:
    """Catalog response for featured or search-filtered models."""

    __pydantic_config__ = DOCUMENTED

    models: tuple[InferenceCatalogEntry, ...]
    total: int
    """Total matching models before the limit slice is applied"""


def entry(offer: Offer, *, id: str | None = None) -> dict[str, Any]:  # noqa: A002 -- the contract's own word
    """The entry of an offer, shaped as InferenceCatalogEntry; ``id`` replaces the models.dev spelling where given.

    A dict, since a million of them are encoded for an edition, and orjson takes eight times as long over dataclasses.
    """
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


def typed_entry(offer: Offer) -> InferenceCatalogEntry:
    """The entry of an offer under its models.dev id, as a frozen value; equal to ``entry`` when written as JSON."""
    fields = entry(offer)
    cost, limits, modalities = fields.pop("cost"), fields.pop("limits"), fields.pop("modalities")
    return InferenceCatalogEntry(
        **fields,
        cost=cost and CatalogCost(**cost),
        limits=limits and CatalogLimits(**limits),
        modalities=modalities and CatalogModalities(**modalities),
    )


def encode(offer: Offer, id: str) -> bytes:  # noqa: A002 -- the contract's own word
    """The entry under this id as JSON, in UTF-8."""
    return orjson.dumps(entry(offer, id=id))


def change_id(encoded: bytes, old: str, new: str) -> bytes:
    """The encoded entry under a new id, with which every entry begins."""
    return _start(new) + encoded.removeprefix(_start(old))


def envelope(entries: bytes, total: int) -> bytes:
    """The list: one page of entries, and the number of all matches."""
    return b'{"models":[%b],"total":%d}' % (entries, total)


def _start(id: str) -> bytes:  # noqa: A002 -- the contract's own word
    return b'{"id":' + orjson.dumps(id)


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


DIALECT = QueriedDialect(
    name="inference",
    client="dreadnode, and whatever speaks llmanac's own API",
    path=paths.CATALOG,
    summary="Browse model catalog",
    description="Browse models.dev catalog metadata with optional server-side search "
    "and featured LiteLLM-compatible results.",
    document=InferenceCatalogListResponse,
    encode=encode,
    change_id=change_id,
    envelope=envelope,
)
