"""Chooses the served claim of each field: the first, in the order of the sources, whose source may serve the field.

A source may serve the fields in its row of the table of sources (``SourceFormat.serves``). Its other claims are kept
for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from msgspec import Struct, structs

from llmanac.ingest.decode.sources import SourceFormat
from llmanac.ingest.layer import ModelClaims, ProviderClaims, SourceClaims

FIELDS = tuple(name for name in ModelClaims.__struct_fields__ if name != "id")

Claims = TypeVar("Claims")


def in_order(claims: Sequence[SourceClaims], sources: Mapping[str, SourceFormat]) -> tuple[SourceClaims, ...]:
    """The claims about one offer, one of each source, in the order of the sources.

    Where a source claims something of the offer and of its model, its claims are joined: those that come first in
    ``claims`` go before.
    """
    by_source: dict[str, SourceClaims] = {}
    for it in claims:
        earlier = by_source.setdefault(it.source, it)
        if earlier is not it:
            by_source[it.source] = SourceClaims(it.source, filled(earlier.claims, it.claims, FIELDS))
    if len(by_source) > 1:
        return tuple([by_source[name] for name in sources if name in by_source])
    return tuple(by_source.values())


def rule_of(served: SourceFormat, other: SourceFormat) -> str:
    """Why the claim of one source is served and not the other's, in a sentence."""
    return f"{served.label} {served.states}, so its figure is served; {other.label}'s stays beside it."


def serve(claims: Sequence[SourceClaims], sources: Mapping[str, SourceFormat]) -> ModelClaims:
    """The served claims of a model. ``claims`` are in the order of the sources; the id is that of the first."""
    served = _servable(claims[0], sources)
    for other in claims[1:]:
        names = sources[other.source].serves
        if names is None or names:
            served = filled(served, other.claims, FIELDS if names is None else names)
    return served


def _servable(first: SourceClaims, sources: Mapping[str, SourceFormat]) -> ModelClaims:
    names = sources[first.source].serves
    return first.claims if names is None else filled(ModelClaims(id=first.claims.id), first.claims, names)


def serve_provider(claims: Sequence[ProviderClaims]) -> ProviderClaims:
    """The served claims of a provider, with the models of the first; ``claims`` are in the order of the sources."""
    served = claims[0]
    for other in claims[1:]:
        served = filled(served, other, ("name", "npm", "api", "doc", "env"))
    return served


def served_by(
    claims: Sequence[SourceClaims],
    field: str,
    sources: Mapping[str, SourceFormat],
    *,
    states: Callable[[ModelClaims], bool],
) -> SourceClaims:
    """The claims that a field of ModelClaims, or the part of it that ``states`` tests for, is served from.

    The first claims where no source that may serve it states it.
    """

    def may_serve(it: SourceClaims) -> bool:
        names = sources[it.source].serves
        return names is None or field in names

    return next((it for it in claims if may_serve(it) and states(it.claims)), claims[0])


def filled(first: Claims, other: Claims, names: Any) -> Claims:
    """The first claims, with missing fields filled from the other."""
    changes = {}
    for name in names:
        mine, its = getattr(first, name), getattr(other, name)
        if its is None or its == () or mine is its:
            continue
        if mine is None or mine == ():
            changes[name] = its
        elif is_dataclass(mine) and (both := filled(mine, its, _names_of(type(mine)))) is not mine:
            changes[name] = both
    if not changes:
        return first
    return structs.replace(first, **changes) if isinstance(first, Struct) else replace(first, **changes)  # type: ignore[type-var]  # -- else a dataclass


def _names_of(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))
