"""Visibility: which offers of a catalog a policy shows, and why it does not show the others."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from llmanac.domain.naming import fold
from llmanac.rules.policy import Effect, Policy, PolicyRule
from llmanac.rules.selector import Matching, SelectableOffers, glob

NOTHING = BitMap()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReading:
    """The offers of a catalog that a policy shows. Numbers are those of ``CatalogData.offer``."""

    name: str
    """The name of the policy, which may not exist."""
    visible: BitMap
    removed: tuple[int, ...] = ()
    """The number of offers that each rule removes, in their order, of those that no earlier rule has decided on."""
    decided: Mapping[int, BitMap] = field(default_factory=dict)
    """The offers that each denying rule removes, by the place of the rule, from 1."""
    waiting: BitMap = NOTHING
    """New arrivals that wait for approval, and that the rules would show."""
    by_default: int = 0
    """The number of offers that the default removes."""
    policy: Policy | None = None
    """None where it cannot be read, so that it shows nothing."""

    def denial(self, number: int) -> str:
        """Why an offer is not shown, in a sentence that names the policy and the rule."""
        policy = self.policy
        if policy is None:
            return f"The policy {self.name!r} cannot be read, so it shows nothing."
        if number in self.waiting:
            return f"The policy {self.name!r} shows new arrivals once they are approved; this one waits for that."
        for place, those in self.decided.items():
            if number in those:
                return _sentence(self.name, place, policy.rules[place - 1])
        return f"The policy {self.name!r} allows only what its rules name; none of them names this."

    def shows_unlisted(self, id_: str) -> bool:
        """Whether the policy shows what was once listed under an id, of which no facts are known now.

        It does not where a rule that needs facts comes before one that decides: what cannot be read is denied.
        """
        policy = self.policy
        if policy is None or policy.new_arrivals == "quarantine":
            return False
        key = fold(id_)
        for rule in policy.rules:
            fits = not rule.match or any(glob(fold(pattern)).fullmatch(key) for pattern in rule.match)
            if fits and rule.where:
                return False
            if fits:
                return rule.effect is Effect.ALLOW
        return policy.default is Effect.ALLOW


def read_policy(policy: Policy, offers: Sequence[SelectableOffers], *, waiting: BitMap = NOTHING) -> PolicyReading:
    """Read a policy on these offers: of the rules about an offer, the first decides; else the default.

    ``waiting`` are new arrivals that nobody has approved; the policy's own approvals are still to be taken from them.
    """
    everything = BitMap.union(*(it.everything for it in offers)) if offers else BitMap()
    undecided, visible = everything.copy(), BitMap()
    decided: dict[int, BitMap] = {}
    removed: list[int] = []
    for place, rule in enumerate(policy.rules, 1):
        those = undecided & select(offers, rule)
        undecided -= those
        if rule.effect is Effect.ALLOW:
            visible |= those
            removed.append(0)
        else:
            decided[place] = those
            removed.append(len(those))
    if policy.default is Effect.ALLOW:
        visible |= undecided
    if waiting and policy.approve:
        waiting = waiting - BitMap.union(*(select(offers, it) for it in policy.approve))
    return PolicyReading(
        name=policy.name,
        visible=visible - waiting,
        removed=tuple(removed),
        decided=decided,
        waiting=waiting & visible,
        by_default=len(undecided) if policy.default is Effect.DENY else 0,
        policy=policy,
    )


def select(offers: Iterable[SelectableOffers], part: Matching) -> BitMap:
    """The numbers of the offers that a part of a policy is about."""
    return BitMap.union(*(it.select(part) for it in offers))


@dataclass(frozen=True, slots=True)
class Visibility:
    """The offers that several policies show together: only what each of them does."""

    readings: tuple[PolicyReading, ...]
    hidden_now: BitMap = NOTHING
    """The offers of a past catalog that the policies hide today."""

    @property
    def visible(self) -> BitMap:
        """The numbers of the offers that are shown."""
        return BitMap.intersection(*(it.visible for it in self.readings)) - self.hidden_now

    @property
    def key(self) -> str:
        """Names it in ETags, in every process: equal keys on one edition show equal offers."""
        return hashlib.sha256(array("I", self.visible).tobytes()).hexdigest()

    def denial(self, number: int) -> str:
        """Why an offer is not shown, in a sentence that names the first policy that does not show it."""
        return next(self._denials(number))

    def shows_unlisted(self, id_: str) -> bool:
        """Whether what was once listed under an id is shown."""
        return all(it.shows_unlisted(id_) for it in self.readings)

    def _denials(self, number: int) -> Iterator[str]:
        yield from (it.denial(number) for it in self.readings if number not in it.visible)
        yield "A policy hides it today, so it is not shown as it was then either."


def _sentence(name: str, place: int, rule: PolicyRule) -> str:
    reason = f": {rule.reason}" if rule.reason else "."
    return f"Rule {place} of the policy {name!r} denies it{reason}"
