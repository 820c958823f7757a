"""Plans what other overlays would change: field by field, without making an edition or keeping anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from llmanac.domain.documented import ANSWER, ShownAs
from llmanac.domain.overlaid import OfferOverlay, Overlaid, RuleOutcome
from llmanac.domain.records import Offer
from llmanac.rules.overlay import OverlayRule
from llmanac.rules.overlaying import overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, rules_in_force
from llmanac.rules.stated_facts import READERS
from llmanac.rules.validity import Validity, validity
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.relaying import upstream_catalog
from llmanac.service.rules.overlays.baselines import RulePlace
from llmanac.service.rules.resources.near_ids import near_ids

MOST_SHOWN = 50
"""Offers that a plan shows fact by fact unless more are asked for; all are counted."""
WIDE = 0.5
"""Share of the catalog from which on a rule that is about so many offers is pointed out."""


NOTHING_MOVED: Mapping[RulePlace, tuple[str, ...]] = {}


class PlannedKind(StrEnum):
    """The planned change of an offer."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFact:
    """A fact that would change."""

    __pydantic_config__ = ANSWER

    fact: str
    upstream: Annotated[Any, ShownAs(Any)]
    """The sources' value; null where they state none."""
    now: Annotated[Any, ShownAs(Any)]
    then: Annotated[Any, ShownAs(Any)]
    overlay: str | None
    """The overlay that would state it; null where the sources' value would be served again."""
    rule: int | None
    """The place of the rule in it, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOffer:
    """An offer that would change, and its facts that would."""

    __pydantic_config__ = ANSWER

    id: str
    kind: PlannedKind
    facts: tuple[PlannedFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """A rule, and what becomes of it on the catalog."""

    __pydantic_config__ = ANSWER

    overlay: str
    rule: int
    """Its place among the rules of the overlay, from 1."""
    reason: str
    validity: Validity
    """``scheduled`` before it holds, ``in_force``, ``expired`` afterwards."""
    matched: int | None
    """The number of offers that it is about; null while it does not hold."""
    idle: bool
    """It holds, and is about no offer."""
    redundant: bool
    """It holds, and all that it states is what the sources state by now."""
    in_conflict_with: tuple[str, ...]
    """Rules that state another value of the same fact, as ``overlay/rule``; the highest of them is served."""
    upstream_changed: tuple[str, ...] = ()
    """Offers of which the sources state something else by now than when the rule was first in force; at most 20."""
    trouble: str | None = None
    """The reason that it could not be applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayPlan:
    """The changes that overlays would make, were they in force now."""

    __pydantic_config__ = ANSWER

    changed: int
    """The number of offers that would be added, removed or changed."""
    added: int
    removed: int
    offers: tuple[PlannedOffer, ...]
    """The first of them by id."""
    rules: tuple[RuleState, ...]
    """Every rule of the overlays as they would be, from the lowest to the highest."""
    warnings: tuple[str, ...]
    """Rules that may not be meant: idle, about everything, redundant, in conflict, or in trouble."""


def plan(
    edition: Edition, declared: Sequence[DeclaredOverlay], now: datetime, *, shown: int = MOST_SHOWN
) -> OverlayPlan:
    """The changes of what an edition serves, if these were all overlays. Takes up to a second."""
    before = edition.catalog
    upstream = upstream_catalog(edition)
    today = max(source.ref.day for source in edition.sources)
    after, overlaid = overlay(upstream, rules_in_force(declared, now), today=today)
    only_litellm = {
        offer.id: offer
        for offer in before.litellm_offers
        if offer.id in overlaid.offers or offer.id in edition.overlaid
    }
    was = {offer.id: offer for offer in before.offers} | only_litellm
    then = {offer.id: offer for offer in (*after.offers, *after.litellm_offers) if offer.id in overlaid.offers}
    unchanged = {offer.id: offer for offer in upstream.offers}
    planned = list(_planned(edition.overlaid, overlaid, was=was, then={**unchanged, **then}))
    rules = tuple(rule_states(declared, overlaid.rules, now))
    return OverlayPlan(
        changed=len(planned),
        added=sum(it.kind is PlannedKind.ADDED for it in planned),
        removed=sum(it.kind is PlannedKind.REMOVED for it in planned),
        offers=tuple(planned[:shown]),
        rules=rules,
        warnings=tuple(_warnings(rules, size=len(upstream.offers), edition=edition, declared=declared)),
    )


def rule_states(
    declared: Sequence[DeclaredOverlay],
    outcomes: Sequence[RuleOutcome],
    now: datetime,
    *,
    moved: Mapping[RulePlace, tuple[str, ...]] = NOTHING_MOVED,
) -> Iterator[RuleState]:
    """The state of every rule of these overlays, with the outcomes of those that are in force.

    ``moved`` are the offers of which the sources state something else than they did, by rule.
    """
    by_place = {(it.overlay, it.number): it for it in outcomes}
    names = [f"{it.overlay}/{it.number}" for it in outcomes]
    for it in declared:
        for number, rule in enumerate(it.overlay.rules, 1):
            outcome = by_place.get((it.overlay.name, number))
            yield RuleState(
                overlay=it.overlay.name,
                rule=number,
                reason=rule.reason,
                validity=validity(rule, now),
                matched=None if outcome is None else outcome.matched,
                idle=outcome is not None and not outcome.matched and outcome.trouble is None,
                redundant=outcome is not None and outcome.redundant,
                in_conflict_with=() if outcome is None else tuple(names[other] for other in outcome.contradicts),
                upstream_changed=moved.get(RulePlace(it.overlay.name, number), ()),
                trouble=None if outcome is None else outcome.trouble,
            )


def _planned(
    before: Mapping[str, OfferOverlay], overlaid: Overlaid, *, was: Mapping[str, Offer], then: Mapping[str, Offer]
) -> Iterator[PlannedOffer]:
    """The offers that would change, by id."""
    for id_ in sorted(before.keys() | overlaid.offers.keys()):
        earlier, later = was.get(id_), then.get(id_)
        stated, will = before.get(id_), overlaid.offers.get(id_)
        names = dict.fromkeys((*(stated.facts if stated else ()), *(will.facts if will else ())))
        facts = tuple(_facts(names, earlier, later, stated=stated, will=will, rules=overlaid.rules))
        if earlier is None and later is not None and will is not None and will.added_by is not None:
            yield PlannedOffer(id=id_, kind=PlannedKind.ADDED, facts=facts)
        elif later is None and stated is not None and stated.added_by is not None:
            yield PlannedOffer(id=id_, kind=PlannedKind.REMOVED, facts=facts)
        elif facts:
            yield PlannedOffer(id=id_, kind=PlannedKind.CHANGED, facts=facts)


def _facts(
    names: Mapping[str, None],
    earlier: Offer | None,
    later: Offer | None,
    *,
    stated: OfferOverlay | None,
    will: OfferOverlay | None,
    rules: Sequence[RuleOutcome],
) -> Iterator[PlannedFact]:
    for name in names:
        known = stated.facts.get(name) if stated else None
        made = will.facts.get(name) if will else None
        upstream = made.upstream if made else known.upstream if known else None
        now = known.value if known else READERS[name](earlier) if earlier is not None else upstream
        then = made.value if made else READERS[name](later) if later is not None else upstream
        if now != then:
            rule = rules[made.rule] if made else None
            yield PlannedFact(
                fact=name,
                upstream=upstream,
                now=now if earlier is not None else None,
                then=then if later is not None else None,
                overlay=rule.overlay if rule else None,
                rule=rule.number if rule else None,
            )


def _warnings(
    rules: Sequence[RuleState], *, size: int, edition: Edition, declared: Sequence[DeclaredOverlay]
) -> Iterator[str]:
    by_name = {it.overlay.name: it.overlay for it in declared}
    for it in rules:
        place = f"{it.overlay}/{it.rule}"
        if it.trouble is not None:
            yield f"{place}: {it.trouble}"
        elif it.idle:
            yield f"{place} is about no offer{near_ids(by_name[it.overlay].rules[it.rule - 1].match, edition)}."
        elif it.redundant:
            yield f"{place} states what the sources state by now; it can go."
        if it.matched is not None and it.matched >= WIDE * size:
            yield f"{place} is about {it.matched} offers; {size} are listed."
        yield from (f"{place} {fault}" for fault in _taken_aliases(by_name[it.overlay].rules[it.rule - 1], edition))
        if it.in_conflict_with:
            yield f"{place} contradicts {', '.join(it.in_conflict_with)}; the highest of them is served."


def _taken_aliases(rule: OverlayRule, edition: Edition) -> Iterator[str]:
    """Aliases that a rule gives in vain."""
    for alias in (rule.set.aliases if rule.set else None) or ():
        name = alias.removeprefix("+")
        if edition.number_of(name) is not None:
            yield f"gives the alias {name!r}, which is the id of a listed model: that one goes on having it."
