"""Changes between two catalogs: their kinds, and the values before and after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from llmanac.domain.documented import ANSWER, ShownAs

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
"""A JSON value: it is stored, compared and shown in this one form."""


class ChangeKind(StrEnum):
    """The kind of a change; changes are listed in this order."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    """The host gave it another id."""
    PRICE = "price"
    """Rates, tiers, other services, or the state of the price."""
    LIMITS = "limits"
    """The most tokens of context, output and input."""
    STATUS = "status"
    LIFECYCLE = "lifecycle"
    """The last day, or the day that it does not end before."""
    CAPABILITIES = "capabilities"
    MODALITIES = "modalities"
    OWN = "own"
    """Facts that only the organisation states: tags, owner, data policy, approval and the like."""
    OTHER = "other"
    """Name, family, dates, weights and LiteLLM id."""


class DifferenceCause(StrEnum):
    """The cause of a difference, where it is not that a source changed what it states."""

    SERVED_SOURCE = "served_source"
    """Another source's figure is served than before."""
    OVERLAY = "overlay"
    """The organisation's overlays state something else than before; the sources state what they did."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field before and after a change; null where it was unknown or absent."""

    __pydantic_config__ = ANSWER

    field: str
    """The name of a fact: ``input``, ``cache_read``, ``context``, …"""
    before: Annotated[Value, ShownAs(Any)]
    after: Annotated[Value, ShownAs(Any)]
    cause: DifferenceCause | None = None
    """``served_source``: another source's figure is served than before, as the model's ``reasons`` say. ``overlay``:
    the organisation's overlays changed it. Else null: a source states something else.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of one kind to one offer."""

    kind: ChangeKind
    offer: str
    """The offer's id; of a renamed one, its new id."""
    provider: str
    base: str
    name: str | None
    previous: str | None = None
    """The former id of a renamed offer."""
    differences: tuple[Difference, ...] = ()
    """The facts that changed: all known facts of an added or a removed offer, none of a renamed one."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change in the history; larger ids are newer."""

    id: int
    epoch: int
    """The number of the epoch that began with it."""
    change: Change
