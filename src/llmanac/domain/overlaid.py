"""The record of what overlays have changed of a catalog: of each offer, by which rule, and what had been there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from llmanac.domain.documented import DOCUMENTED, ShownAs
from llmanac.domain.records import Model, Offer, Provider


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """The outcome of a rule in force, on one catalog."""

    overlay: str
    number: int
    """Its place among the rules of its overlay, from 1."""
    author: str
    reason: str
    valid_from: str | None
    valid_until: str | None
    """Both as they are written: a day or a time."""
    matched: int
    """The number of offers that it is about; 0 for one that matches nothing."""
    redundant: bool
    """Whether all that it states is what the sources state by now."""
    contradicts: tuple[int, ...]
    """The numbers, in the order of all rules in force, of rules that state another value of the same
    fact; of many, the first hundred."""
    trouble: str | None = None
    """The reason that it could not be applied, such as a ``like`` that nothing has; None where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeOverlays:
    """The parts of a catalog as they were before overlays changed it, so that it can be had again."""

    digest: str = ""
    """Empty where no rules are in force, so that nothing was changed."""
    featured: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    """The ids of all offers in static order, where rules have changed it; else empty."""
    offers: Mapping[str, Offer] = field(default_factory=dict)
    """The offers that were changed, by id, as the sources state them."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """The base models of which offers were added, by key."""
    added_offers: tuple[str, ...] = ()
    added_models: tuple[str, ...] = ()
    added_providers: tuple[str, ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)
    """The hosts that were changed, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaid:
    """The changes that overlays have made to a catalog."""

    offers: Mapping[str, OfferOverlay]
    """The statements of overlays about an offer, by its id."""
    rules: tuple[RuleOutcome, ...]
    """The outcome of every rule in force, in their order."""
    upstream: BeforeOverlays


NOTHING_OVERLAID = Overlaid(offers={}, rules=(), upstream=BeforeOverlays())
"""Where no rules are in force."""
