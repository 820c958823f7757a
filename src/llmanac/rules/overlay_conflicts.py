"""The conflicts of a catalog with overlays: the figure of a rule is served, and the sources' is the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from llmanac.domain.overlaid import Overlaid, OverlaidFact, RuleOutcome
from llmanac.domain.own_facts import overlay_source
from llmanac.domain.pricing import RATE_NAMES
from llmanac.domain.records import Offer
from llmanac.ingest.layer import SourceClaims
from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure, Conflict
from llmanac.ingest.merge.conflicts.last_word import ServedRule

FIGURES = (*RATE_NAMES, "context", "max_output")
"""The facts of which conflicts are listed."""


def conflicts_with_overlays(
    conflicts: Sequence[Conflict],
    offers: Sequence[Offer],
    overlaid: Overlaid,
    *,
    claims: Mapping[str, tuple[SourceClaims, ...]],
) -> tuple[Conflict, ...]:
    """The conflicts in the order of the offers. Of a figure that a rule states, the rule's conflict replaces others.

    An offer that a rule adds has none: no source states anything of it.
    """
    by_offer: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        by_offer.setdefault(conflict.offer, []).append(conflict)
    found: list[Conflict] = []
    for offer in offers:
        stated = overlaid.offers.get(offer.id)
        facts = stated.facts if stated else {}
        found += [it for it in by_offer.get(offer.id, ()) if it.field not in facts]
        if stated and stated.added_by is None and not facts.keys().isdisjoint(FIGURES):
            source = next((it.source for it in claims.get(offer.id, ())), offer.listed_by)
            found += _stated(offer, facts, rules=overlaid.rules, source=source)
    return tuple(found)


def _stated(
    offer: Offer, facts: Mapping[str, OverlaidFact], *, rules: Sequence[RuleOutcome], source: str
) -> Iterator[Conflict]:
    """The conflicts of the figures that rules state of an offer; ``source`` is the first that states any of it."""
    for name in FIGURES:
        fact = facts.get(name)
        if fact is None or fact.value is None or fact.upstream is None or fact.value == fact.upstream:
            continue
        rule = rules[fact.rule]
        yield Conflict(
            offer=offer.id,
            provider=offer.provider,
            base=offer.base,
            litellm_id=offer.litellm.id if offer.litellm else "",
            field=name,
            served=ClaimedFigure(overlay_source(rule.overlay), _figure(name, fact.value)),
            other=ClaimedFigure(offer.price.source_of(name) or source, _figure(name, fact.upstream)),
            cause=Cause.OVERLAY,
            served_rule=ServedRule.OVERLAY,
            rule=sentence_of(rule),
        )


def sentence_of(rule: RuleOutcome) -> str:
    """Why the value of a rule is served, in a sentence."""
    return f"The overlay {rule.overlay} states it in rule {rule.number}, by {rule.author}: {rule.reason}"


def _figure(name: str, value: float) -> Decimal | int:
    return Decimal(str(value)) if name in RATE_NAMES else int(value)
