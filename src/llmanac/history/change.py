"""What can change in a catalog from one snapshot to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from llmanac.domain.documented import ANSWER, ShownAs

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
"""As JSON has it, so that what is stored, compared and shown is one thing."""


class ChangeKind(StrEnum):
    """What happened to an offer, in the order in which changes are listed."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    """The host gave it another id."""
    PRICE = "price"
    """Rates, tiers, or what they mean."""
    LIMITS = "limits"
    """Context, output and input."""
    STATUS = "status"
    CAPABILITIES = "capabilities"
    MODALITIES = "modalities"
    OTHER = "other"
    """Name, family, dates, weights, and the id by which LiteLLM knows it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after; null is unknown, or not there."""

    __pydantic_config__ = ANSWER

    field: str
    """``input``, ``cache_read``, ``context``, … (the names of facts)."""
    before: Annotated[Value, ShownAs(Any)]
    after: Annotated[Value, ShownAs(Any)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one offer, as far as one kind is concerned."""

    kind: ChangeKind
    offer: str
    """The offer's id; of a renamed one, its new id."""
    provider: str
    base: str
    name: str | None
    previous: str | None = None
    """Of a renamed offer, its id before."""
    differences: tuple[Difference, ...] = ()
    """Of an added offer all that is known then, of a removed one all that was."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change in the history. Of two changes, the one with the larger id is the newer one."""

    id: int
    epoch: int
    """The number of the epoch that began with it."""
    change: Change
