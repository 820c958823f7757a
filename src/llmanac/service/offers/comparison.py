"""Compares offers side by side: one row for each fact, with differing rows marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, TypeAlias

from llmanac.dialects.inference import InferenceCatalogEntry, typed_entry
from llmanac.domain.amounts import json_number
from llmanac.domain.documented import ANSWER, ShownAs
from llmanac.domain.records import Capability, Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.errors import InvalidRequest
from llmanac.history.facts import OWN_NAMES, own_fact
from llmanac.service.offers.resolver import Resolver

MOST = 6
FEWEST = 2

Cell: TypeAlias = "str | int | float | bool | list[str] | None"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One fact of all the models that are compared."""

    __pydantic_config__ = ANSWER

    fact: str
    group: str
    """``identity``, ``price`` (USD per million tokens), ``limits``, ``modalities``, ``capabilities``; and ``own``, of
    the facts that only the organisation states, where it states any.
    """
    values: Annotated[tuple[Cell, ...], ShownAs(list[bool | int | float | str | list[str] | None])]
    """One for each model, in their order; null is unknown."""
    differs: bool
    """Whether the values differ."""
    best: tuple[int, ...]
    """Indices of the best values, where less or more is better: the lowest price, the largest context."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side."""

    __pydantic_config__ = ANSWER

    models: tuple[InferenceCatalogEntry, ...]
    """The models as the catalog lists them, in the requested order."""
    rows: tuple[ComparisonRow, ...]


@dataclass(frozen=True, slots=True)
class _Fact:
    name: str
    group: str
    read: Callable[[Offer], Cell]
    best: Callable[[Sequence[float]], float] | None = None
    """``min`` or ``max``, where one is better."""


def _rate(name: str) -> Callable[[Offer], Cell]:
    return lambda offer: json_number(getattr(offer.price.rates, name))


def _has(capability: Capability) -> Callable[[Offer], Cell]:
    return lambda offer: capability in offer.capabilities


FACTS = (
    _Fact("name", "identity", lambda offer: offer.name),
    _Fact("provider", "identity", lambda offer: offer.provider),
    _Fact("model", "identity", lambda offer: offer.base),
    _Fact("family", "identity", lambda offer: offer.family),
    _Fact("litellm_id", "identity", litellm_spelling),
    _Fact("status", "identity", lambda offer: offer.status),
    _Fact("first_party", "identity", lambda offer: offer.first_party),
    _Fact("open_weights", "identity", lambda offer: offer.open_weights),
    _Fact("release_date", "identity", lambda offer: offer.release_date),
    _Fact("knowledge", "identity", lambda offer: offer.knowledge),
    _Fact("price_state", "price", lambda offer: offer.price.state.value),
    *(
        _Fact(f"{name}_price", "price", _rate(name), min)
        for name in ("input", "output", "reasoning", "cache_read", "cache_write", "input_audio", "output_audio")
    ),
    _Fact("price_tiers", "price", lambda offer: [_tier(offer, number) for number in range(len(offer.price.tiers))]),
    _Fact("context", "limits", lambda offer: offer.limits.context, max),
    _Fact("max_input", "limits", lambda offer: offer.limits.input, max),
    _Fact("max_output", "limits", lambda offer: offer.limits.output, max),
    _Fact("input_modalities", "modalities", lambda offer: list(offer.modalities.input)),
    _Fact("output_modalities", "modalities", lambda offer: list(offer.modalities.output)),
    *(_Fact(capability.value, "capabilities", _has(capability)) for capability in Capability),
)
"""The rows, in order. Prices are USD per million tokens."""

OWN_FACTS = tuple(_Fact(name, "own", own_fact(name)) for name in OWN_NAMES)
"""The rows of facts that the organisation states, each only where it states that of one of the models."""


def compare_named(ids: Sequence[str], resolver: Resolver) -> Comparison:
    """Two to six offers side by side, by their ids in any spelling.

    Raises NotFound for an id that does not resolve to one offer, and InvalidRequest as ``compare`` does.
    """
    return compare([resolver.offer(it) for it in ids[: MOST + 1]])  # one too many is enough to refuse


def compare(offers: Sequence[Offer]) -> Comparison:
    """Two to six offers side by side. Raises InvalidRequest for fewer, more, or the same one twice."""
    ids = [offer.id for offer in offers]
    if not FEWEST <= len(ids) <= MOST:
        raise InvalidRequest(f"Between {FEWEST} and {MOST} models can be compared, not {len(ids)}.")
    if len(set(ids)) < len(ids):
        twice = next(it for it in ids if ids.count(it) > 1)
        raise InvalidRequest(f"{twice} was named twice; a comparison is between different models.")
    own = [fact for fact in OWN_FACTS if any(fact.read(offer) is not None for offer in offers)]
    return Comparison(
        tuple(typed_entry(offer) for offer in offers), tuple(_row(fact, offers) for fact in (*FACTS, *own))
    )


def _row(fact: _Fact, offers: Sequence[Offer]) -> ComparisonRow:
    values = tuple(fact.read(offer) for offer in offers)
    differs = any(value != values[0] for value in values)
    return ComparisonRow(fact.name, fact.group, values, differs, _best(fact, values) if differs else ())


def _best(fact: _Fact, values: Sequence[Cell]) -> tuple[int, ...]:
    known = [float(value) for value in values if isinstance(value, int | float)]
    if fact.best is None or not known:
        return ()
    best = fact.best(known)
    return tuple(place for place, value in enumerate(values) if value is not None and value == best)


def _tier(offer: Offer, number: int) -> str:
    tier = offer.price.tiers[number]
    return f"above {tier.above:,}: {_shown(tier.rates.input)} in, {_shown(tier.rates.output)} out"


def _shown(price: Decimal | None) -> str:
    return "unknown" if price is None else f"{price:f}"
