"""Previews of policies: how much each shows, and what each of its rules hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from llmanac.domain.documented import ANSWER
from llmanac.rules.policy import Effect, Policy
from llmanac.rules.visibility import PolicyReading, select
from llmanac.service.editions.edition import Edition
from llmanac.service.rules.resources.near_ids import near_ids

MOST_EXAMPLES = 20
"""Offers that are named of each kind; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """The effect of a rule of a policy."""

    __pydantic_config__ = ANSWER

    rule: int
    """Its place, from 1."""
    effect: Effect
    matched: int
    """The number of offers that it is about, whatever the rules before it say."""
    removes: int
    """The number of offers that it hides, of those that no earlier rule has decided on; 0 for one that allows."""
    examples: tuple[str, ...]
    """Some of the offers that it hides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPreview:
    """The part of the catalog that a policy shows."""

    __pydantic_config__ = ANSWER

    visible: int
    """The number of offers that it shows, those that only LiteLLM lists included."""
    total: int
    """The number of all offers."""
    rules: tuple[RuleEffect, ...]
    removed_by_default: int
    """The number of offers that no rule is about, and that the default hides."""
    waiting: int
    """The number of new arrivals that wait for approval."""
    examples: tuple[str, ...]
    """Some of the offers that it shows, the most popular first."""
    shown_newly: tuple[str, ...]
    """Some of the offers that it shows, and the policy as it is now does not."""
    hidden_newly: tuple[str, ...]
    """Some of the offers that it hides, and the policy as it is now shows."""
    warnings: tuple[str, ...]


def preview(policy: Policy, reading: PolicyReading, edition: Edition, *, before: BitMap) -> PolicyPreview:
    """The preview of a policy as it reads on an edition, of which ``before`` are the numbers shown now."""
    total = sum(len(it.everything) for it in edition.selectable)
    rules = tuple(_effects(policy, reading, edition))
    return PolicyPreview(
        visible=len(reading.visible),
        total=total,
        rules=rules,
        removed_by_default=reading.by_default,
        waiting=len(reading.waiting),
        examples=_ids(edition, reading.visible),
        shown_newly=_ids(edition, reading.visible - before),
        hidden_newly=_ids(edition, before - reading.visible),
        warnings=tuple(_warnings(policy, reading, rules, total=total, edition=edition)),
    )


def _effects(policy: Policy, reading: PolicyReading, edition: Edition) -> Iterator[RuleEffect]:
    for place, rule in enumerate(policy.rules, 1):
        yield RuleEffect(
            rule=place,
            effect=rule.effect,
            matched=len(select(edition.selectable, rule)),
            removes=reading.removed[place - 1],
            examples=_ids(edition, reading.decided.get(place, BitMap())),
        )


def _warnings(
    policy: Policy, reading: PolicyReading, rules: Sequence[RuleEffect], *, total: int, edition: Edition
) -> Iterator[str]:
    if not reading.visible:
        yield f"It shows nothing of {total} offers."
    for it in rules:
        if not it.matched:
            yield f"Rule {it.rule} is about no offer{near_ids(policy.rules[it.rule - 1].match, edition)}."
        elif it.matched == total:
            yield f"Rule {it.rule} is about every offer, so that no rule after it decides anything."
        elif it.effect is Effect.DENY and not it.removes:
            yield f"Rule {it.rule} hides nothing: earlier rules decide on all that it is about."


def _ids(edition: Edition, numbers: BitMap) -> tuple[str, ...]:
    return tuple([edition.ids[number] for number in numbers[:MOST_EXAMPLES]])
