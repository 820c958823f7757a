"""The featured set: models that people use now, each one call away in LiteLLM, chosen by rule.

1. *Candidates* are base models of a known lab that an offer can stand for: at one of the lab's own hosts, else
   at one of those where its weights are called; priced, taking text and giving text, neither deprecated nor ending
   within 30 days, and in LiteLLM's own map. The map may follow later for a new model at its lab's first host.
2. A *line* is what a lab renews under one name: claude-opus, gpt-mini, qwen-max. The newest of a line stands for
   it, unless it is a side variant, carried by less than a quarter of the hosts of the widest, or is missing at
   its lab's own host while others of the line are there. One more may come, at a third of its weight or so,
   if it is carried at least as widely and is younger than a year. Sizes of one model are one line. A line that its
   lab goes on with under a longer name (gpt 5.5 before gpt-sol 5.6) counts as replaced, too.
3. *Standing* is the share of neutral hosts that carry the model (see ``popularity``); a tenth is needed. Hosts
   take some weeks to follow: the newest of a line that is out for at most 60 days, at its lab's own host and at
   some neutral ones, takes over the standing of what it replaces.
4. *Weight* is standing times recency, which halves every 180 days, and never falls below a half for what enough
   hosts carry.
5. Models are taken by weight, times 0.7 for each one already taken from the same lab (its open and its closed models
   counted apart), at most six a lab; the last places are kept for the major labs that are still missing.

A model for which no host gives a date counts as new: feeds that leave dates out do so for the newest. Everything
is computed from one snapshot: "today" is the snapshot's own day, and what ends is told by its newest feed's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from llmanac.domain.naming import base_of, squeeze
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Model, Offer, RouteKind
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.merge.labs import LABS, Lab
from llmanac.ingest.merge.standing import (
    ARRIVAL_DAYS,
    ARRIVAL_SHARE,
    RECENCY_FLOOR,
    SIDE_VARIANT,
    age_of,
    line_of,
    recency,
    version_of,
)

NUMBER = re.compile(r"\d+(?:\.\d+)?")
VARIANT = re.compile(r"^~|latest|:")
"""Marks of an alias of the latest model, or of a variant, in a host's id."""
DATED = re.compile(r"\d{6,8}$|\d{4}-\d{2}-\d{2}$")

NOT_CURRENT = frozenset({"deprecated", "alpha"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedRules:
    """The parameters of the rules."""

    size: int = 40
    lab_decay: float = 0.7
    max_per_lab: int = 6
    min_share: float = 0.1
    side_variant: float = SIDE_VARIANT
    arrival_days: int = ARRIVAL_DAYS
    arrival_share: float = ARRIVAL_SHARE
    runner_up_weight: float = 0.35
    runner_up_days: int = 365
    notice_days: int = 30
    lasting_days: int = 180
    min_context: int = 32_000


RULES = FeaturedRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedCandidate:
    """A base model that may be featured, and the offer that stands for it."""

    model: Model
    lab: Lab
    offer: Offer
    age: int
    """Days since its release."""
    version: float
    """The version in its name; 0 where there is none."""
    line: str
    """The name of its line, without version and size."""
    newness: tuple[int, tuple[float, ...], float]
    """Sort key; greater is newer."""
    weight: float = 0.0
    eligible: bool = False
    """True if it is carried widely enough; a major lab may be represented by one that is not."""


def choose(
    offers: Iterable[Offer],
    models: Mapping[str, Model],
    *,
    today: date,
    latest: date | None = None,
    choices: FeaturedChoices = NO_CHOICES,
    rules: FeaturedRules = RULES,
) -> tuple[str, ...]:
    """Choose the featured offers: their ids, best first. Their LiteLLM ids are all different.

    ``today`` is the day from which ages are counted, and ``latest`` that of the newest feed, if it is later: what has
    ended by then is over.
    """
    lasting = {offer.id: offer for offer in offers if not _ends_within(rules.notice_days, offer, latest or today)}
    candidates = [
        candidate
        for model in models.values()
        if (candidate := _candidate(model, lasting, today=today, rules=rules))
        and not _is_named(candidate, choices.exclude)
    ]
    included = {found.offer.id: found for name in choices.include if (found := _named(name, candidates))}
    lines = _lines(candidates)
    weighed = [
        replace(it, weight=it.weight * rules.runner_up_weight) if _is_continued(it, lines, rules) else it
        for line in lines
        for it in _weigh(line, rules)
    ]
    chosen = _take(weighed, rules, first=list(included.values()))
    return tuple(candidate.offer.id for candidate in chosen)


def _candidate(
    model: Model, offers: Mapping[str, Offer], *, today: date, rules: FeaturedRules
) -> FeaturedCandidate | None:
    lab = LAB_BY_ID.get(model.lab or "")
    if lab is None:
        return None
    hosts = (*lab.hosts, *lab.elsewhere)
    age = age_of(model.release_date, today)
    listed = [offers[id_] for id_ in model.offers if id_ in offers]
    fitting = [
        offer
        for offer in listed
        if offer.provider in hosts
        and _fits(offer, rules)
        and _is_callable(offer, lab, is_new=age <= rules.arrival_days)
    ]
    if not fitting:
        return None
    numbers = tuple(float(number) for number in NUMBER.findall(model.base))
    return FeaturedCandidate(
        model=model,
        lab=lab,
        offer=min(
            fitting, key=lambda offer: (_ends_within(rules.lasting_days, offer, today), *_preference(offer, lab))
        ),
        age=age,
        version=version_of(model.base),
        line=line_of(model.base),
        newness=(-age, numbers, model.popularity),
    )


def _fits(offer: Offer, rules: FeaturedRules) -> bool:
    """Returns True if an offer is current, priced, and takes and gives text."""
    rates, context = offer.price.rates, offer.limits.context
    return (
        offer.status not in NOT_CURRENT
        and offer.modalities.output == ("text",)
        and "text" in offer.modalities.input
        and (context or 0) >= rules.min_context
        and offer.price.state is PriceState.KNOWN
        and bool(rates.input and rates.output)
    )


def _ends_within(days: int, offer: Offer, today: date) -> bool:
    """Returns True if the last day of an offer is over, or is no more than so many days away."""
    last = offer.lifecycle.retires_on
    return last is not None and (last.day - today).days <= days


def _is_callable(offer: Offer, lab: Lab, *, is_new: bool) -> bool:
    """Returns True if LiteLLM's own map has it, and calls it by its id alone; or if it is at its lab's first host.

    There the map need not have a model that is new, or a price of its own address where it has the id.
    """
    route = offer.litellm
    if route is None or not route.primary:
        return False
    is_first_host = lab.hosts[:1] == (offer.provider,)
    if route.kind is RouteKind.NATIVE:
        return route.known or (is_new and is_first_host)
    return route.kind is RouteKind.NATIVE_BASE and route.known and is_first_host


def _is_known(offer: Offer) -> bool:
    return offer.litellm is not None and offer.litellm.known


def _preference(offer: Offer, lab: Lab) -> tuple[object, ...]:
    """The sort key of offers, smaller is better: the lab's first host, known to LiteLLM, the plainest id."""
    is_own_name = squeeze(offer.model.rpartition("/")[2]) == squeeze(offer.base)
    return (
        (*lab.hosts, *lab.elsewhere).index(offer.provider),
        not _is_known(offer),
        not is_own_name,
        base_of(offer.model) != offer.base,
        VARIANT.search(offer.model) is not None,
        DATED.search(offer.model) is not None,
        len(offer.model),
        offer.model,
    )


def _lines(candidates: Iterable[FeaturedCandidate]) -> list[list[FeaturedCandidate]]:
    """The candidates by lab and line, the newest of each first."""
    lines: defaultdict[tuple[str, str], list[FeaturedCandidate]] = defaultdict(list)
    for candidate in candidates:
        lines[candidate.lab.id, candidate.line].append(candidate)
    return [sorted(line, key=lambda candidate: candidate.newness, reverse=True) for line in lines.values()]


def _is_continued(candidate: FeaturedCandidate, lines: Iterable[list[FeaturedCandidate]], rules: FeaturedRules) -> bool:
    """Returns True if its lab goes on with its line under a longer name, which began with a higher version."""
    return any(
        line[0].lab is candidate.lab
        and line[0].line.startswith(f"{candidate.line}-")
        and line[0].age < rules.runner_up_days
        and min(it.version for it in line) > candidate.version
        and max(it.model.popularity for it in line) >= rules.min_share
        for line in lines
    )


def _weigh(line: list[FeaturedCandidate], rules: FeaturedRules) -> Iterator[FeaturedCandidate]:
    """The candidate that stands for a line, and perhaps a second one, with their weights."""
    leader = _leader(line, rules)
    others = [it for it in line if it is not leader and it.age < rules.runner_up_days]
    standing = leader.model.popularity
    if _has_arrived(leader, rules):
        standing = max([standing, *(other.model.popularity for other in others)])
    yield _weighed(leader, standing, rules)
    runner_up = max(
        others,
        key=lambda it: it.model.popularity * recency(it.age, floor=0.0),
        default=None,
    )
    if runner_up is not None and runner_up.model.popularity >= leader.model.popularity:
        yield _weighed(runner_up, runner_up.model.popularity * rules.runner_up_weight, rules)


def _leader(line: list[FeaturedCandidate], rules: FeaturedRules) -> FeaturedCandidate:
    """The newest candidate that is no side variant, and that the lab offers itself if it offers any of the line."""
    own = [candidate for candidate in line if candidate.offer.first_party] or line
    widest = max(candidate.model.popularity for candidate in own)
    return next(
        candidate
        for candidate in own
        if _has_arrived(candidate, rules) or candidate.model.popularity >= rules.side_variant * widest
    )


def _has_arrived(candidate: FeaturedCandidate, rules: FeaturedRules) -> bool:
    """Returns True if a model is so new that hosts are still adding it."""
    return (
        candidate.age <= rules.arrival_days
        and candidate.offer.first_party
        and candidate.model.popularity >= rules.arrival_share
    )


def _weighed(candidate: FeaturedCandidate, standing: float, rules: FeaturedRules) -> FeaturedCandidate:
    eligible = candidate.model.popularity >= rules.min_share or _has_arrived(candidate, rules)
    floor = RECENCY_FLOOR if eligible else 0.0
    return replace(
        candidate,
        weight=standing * recency(candidate.age, floor=floor),
        eligible=eligible,
    )


def _take(
    candidates: list[FeaturedCandidate], rules: FeaturedRules, *, first: list[FeaturedCandidate]
) -> list[FeaturedCandidate]:
    """Take candidates by weight, with a lower weight for each further model of a lab, until the set is full."""
    chosen = first[: rules.size]
    taken = {it.offer.id for it in chosen}
    left = [it for it in candidates if (it.eligible or it.lab.major) and it.offer.id not in taken]
    while left and len(chosen) < rules.size:
        per_lab = Counter(it.lab.id for it in chosen)
        per_branch = Counter(_branch(it) for it in chosen)
        missing = {it.lab.id for it in left if it.lab.major and it.lab.id not in per_lab}
        must_be_missing = rules.size - len(chosen) <= len(missing)
        open_to = [
            it
            for it in left
            if (it.lab.id in missing and (it.eligible or _is_known(it.offer)))
            or (it.eligible and not must_be_missing and per_lab[it.lab.id] < rules.max_per_lab)
        ]
        if not open_to:
            break
        best = max(open_to, key=lambda it: (it.weight * rules.lab_decay ** per_branch[_branch(it)], it.newness))
        chosen.append(best)
        left = [it for it in left if it is not best]
    return chosen


def _branch(candidate: FeaturedCandidate) -> tuple[str, bool]:
    """The branch of a candidate: its lab, and whether its weights are open."""
    return candidate.lab.id, candidate.offer.open_weights is True


def _named(name: str, candidates: Iterable[FeaturedCandidate]) -> FeaturedCandidate | None:
    return next((candidate for candidate in candidates if _is_named(candidate, (name,))), None)


def _is_named(candidate: FeaturedCandidate, names: tuple[str, ...]) -> bool:
    route = candidate.offer.litellm
    return (
        candidate.model.base in names
        or (route is not None and route.id in names)
        or not set(names).isdisjoint(candidate.model.offers)
    )


LAB_BY_ID: Mapping[str, Lab] = {lab.id: lab for lab in LABS}
