"""The facts of an offer that only the organisation itself knows, and the record of what its overlays changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from llmanac.domain.documented import DOCUMENTED, ShownAs

OVERLAYS = "overlays"
"""The feed of the rules that the organisation's overlays consist of, and the source of what they add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFacts:
    """Facts that no public source states: the organisation's own. Each is None or empty where it states none."""

    __pydantic_config__ = DOCUMENTED

    aliases: tuple[str, ...] = ()
    """Other names by which the organisation calls it; found by search, and wherever an id is taken."""
    successor: str | None = None
    """The id of the model to use instead."""
    notes: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    """Who is responsible for it: a person, a team, an address."""
    regions: tuple[str, ...] = ()
    """Where its data is processed: ``eu``, ``us`` and the like."""
    retention_days: int | None = None
    """Days for which the host keeps requests; 0 for not at all."""
    trains_on_data: bool | None = None
    """Whether the host trains models on requests."""
    certifications: tuple[str, ...] = ()
    """``soc2``, ``iso27001`` and the like."""
    approved: bool | None = None
    """Whether its use is approved."""


NO_OWN_FACTS = OwnFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaidFact:
    """A fact of an offer that an overlay states, beside what is stated without it."""

    __pydantic_config__ = DOCUMENTED

    value: Annotated[Any, ShownAs(Any)]
    """The value that is served, as in JSON; null where the rule says that it is unknown."""
    upstream: Annotated[Any, ShownAs(Any)]
    """The value of the sources; null where they state none."""
    rule: int
    """The number of the rule that it is served by, in the order of all rules in force, from 0."""
    others: tuple[int, ...] = ()
    """The numbers of rules below it that state the fact as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOverlay:
    """All that overlays state of one offer."""

    facts: Mapping[str, OverlaidFact]
    """By the name of the fact, as in ``history.facts``, or of a field of OwnFacts."""
    added_by: int | None = None
    """The number of the rule that added the offer; None where a source lists it."""
