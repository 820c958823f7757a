"""The conflicts of an edition, as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from llmanac.domain.amounts import json_number
from llmanac.ingest.conflicts.causes import EXPLANATIONS, Cause, Figure
from llmanac.ingest.conflicts.find import Conflict
from llmanac.ingest.decode import litellm, modelsdev
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.resolver import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFilter:
    """Which conflicts are asked for: those for which all that is given holds."""

    provider: str | None = None
    id: str | None = None
    """An offer's, in any spelling."""
    base: str | None = None
    fields: tuple[str, ...] = ()
    """Any of these; none for all."""
    causes: tuple[Cause, ...] = ()


def select(edition: Edition, asked: ConflictFilter) -> tuple[Conflict, ...]:
    """The conflicts that are asked for, in the order of the catalog."""
    return tuple(_select(edition, asked))


def described(conflict: Conflict, edition: Edition) -> dict[str, Any]:
    """A conflict as JSON has it, with the dates of both sources."""
    dates = {source.name: source.date for source in edition.sources}
    return {
        "id": conflict.offer,
        "provider": conflict.provider,
        "base": conflict.base,
        "litellm_id": conflict.litellm_id,
        "field": conflict.field,
        "models_dev": {"value": _plain(conflict.models_dev), "date": dates[modelsdev.SOURCE]},
        "litellm": {"value": _plain(conflict.litellm), "date": dates[litellm.SOURCE]},
        "ratio": conflict.ratio and round(conflict.ratio, 4),
        "cause": conflict.cause.value,
        "explanation": EXPLANATIONS[conflict.cause],
        "served": conflict.served,
        "rule": conflict.rule,
    }


def _select(edition: Edition, asked: ConflictFilter) -> Iterator[Conflict]:
    providers = {it.id for it in edition.resolver.providers(asked.provider)} if asked.provider is not None else None
    offer = None
    if asked.id is not None:
        meant = edition.resolver.resolve(asked.id)
        offer = meant.offer.id if isinstance(meant, Found) else asked.id
    for conflict in edition.conflicts:
        if (
            (providers is None or conflict.provider in providers)
            and (offer is None or conflict.offer == offer)
            and (asked.base is None or conflict.base == asked.base)
            and (not asked.fields or conflict.field in asked.fields)
            and (not asked.causes or conflict.cause in asked.causes)
        ):
            yield conflict


def _plain(figure: Figure) -> Any:
    return json_number(figure) if isinstance(figure, Decimal) else figure
