"""Which of two offers that match a question equally well stands first: the standing of each offer.

The text of a question often leaves open which model of a family is meant, and nearly always at which of its
hosts. A person means the current model rather than the one that is still most widely carried, the plain one
rather than its side lines, and its lab's own host rather than a reseller.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.search.index.lineage import Lineage

OLDER = 0.7
"""What a model keeps of its standing for each newer one of its line."""
OLDER_IN_FAMILY = 0.75
"""The same for each newer version in its family as a whole, as far as MOST_NEWER."""
MOST_NEWER = 3
SIDE_LINE = 0.5
"""For each word that makes it a side line."""
ESTABLISHED = 0.15
"""The share of the widest model's popularity that a newer one needs, if its lab does not offer it, to succeed it."""
LEAST = 0.01
"""The popularity of a model that no neutral host carries, for its offers to be told apart by."""

LATER_OWN_HOST = 0.8
BEST_ELSEWHERE = 0.6
"""The best host of a model that its lab does not offer itself."""
ELSEWHERE = 0.35
FOR_SIZE = 0.05
"""What the host adds to that which carries most of what is popular, and others by their share of that."""
FOR_BEING_KNOWN = 0.05
"""What an offer adds to that whose id is in LiteLLM's own map."""
DRESSED = 0.85
"""An offer whose id says more than the model's name: a date, a plan, a precision."""
DEPRECATED = 0.5


class StaticRank(NamedTuple):
    """How likely an offer is the one that is meant, the most likely first; only comparisons mean anything."""

    likelihood: float
    price: float
    """Of equally likely models, a lab asks most for the one that it puts first: what its own host asks for output."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A base model, with what its standing follows from."""

    base: str
    lineage: Lineage
    popularity: float
    is_offered_by_lab: bool


def standings(catalog: CatalogData, squash: Callable[[str], str], lineages: Mapping[str, Lineage]) -> list[StaticRank]:
    """The standing of each offer of a catalog; ``squash`` is ``text.squash``."""
    own = {offer.base for offer in catalog.offers if offer.first_party}
    members = [_Member(base, lineages[base], model.popularity, base in own) for base, model in catalog.models.items()]
    models = _of_models(members)
    prices = _own_prices(catalog)
    hosts = _AtHost.of(catalog, own)
    return [
        StaticRank(
            models[offer.base]
            * hosts.factor(offer, number)
            * (1.0 if squash(offer.model.removesuffix("-latest")).endswith(squash(offer.base)) else DRESSED),
            prices.get(offer.base, 0.0),
        )
        for number, offer in enumerate(catalog.offers)
    ]


def ranked(standings: Iterable[StaticRank]) -> list[int]:
    """Document numbers, best first; of equals, in static order."""
    keys = sorted((-it.likelihood, -it.price, number) for number, it in enumerate(standings))
    return [number for _, _, number in keys]


def _of_models(members: Iterable[_Member]) -> dict[str, float]:
    """The standing of each base model."""
    lines: defaultdict[tuple[str, ...], list[_Member]] = defaultdict(list)
    families: defaultdict[str, list[_Member]] = defaultdict(list)
    for member in members:
        lines[member.lineage.line].append(member)
        families[member.lineage.family].append(member)
    families_with: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        families_with[line[-1]].add(line[0])
    standing: dict[str, float] = {}
    superseded: set[str] = set()
    for line, of_line in lines.items():
        is_a_name = len(families_with[line[-1]]) == 1
        forerunners = _forerunners(of_line, lines.get(line[:-1], ())) if is_a_name else ()
        superseded.update(member.base for member in forerunners)
        standing.update(_of_line(of_line, forerunners))
    for base in superseded:
        standing[base] *= OLDER
    for of_family in families.values():
        for base, newer in _newer_versions(of_family).items():
            standing[base] *= OLDER_IN_FAMILY**newer
    for member in members:
        standing[member.base] *= SIDE_LINE**member.lineage.side_words
    return standing


def _forerunners(line: Sequence[_Member], parent: Sequence[_Member]) -> Sequence[_Member]:
    """The line that another goes on under a name of its own: gpt 5.5 before gpt 5.6 sol."""
    if not parent or line[0].lineage.side_words or max(member.popularity for member in line) == 0:
        return ()
    first = min(member.lineage.version for member in line)
    return parent if all(member.lineage.version < first for member in parent) else ()


def _of_line(members: Sequence[_Member], forerunners: Sequence[_Member]) -> dict[str, float]:
    """The newest stands where the line as a whole does, for hosts follow with time; the older below it."""
    line = (*members, *forerunners)
    widest, together = max(it.popularity for it in line), sum(it.popularity for it in line)
    best_before = _best_before(line)
    standing: dict[str, float] = {}
    newer: set[float] = set()
    for member in sorted(members, key=lambda it: (-it.lineage.version, it.base)):
        popularity, version = member.popularity, member.lineage.version
        is_taken_up = popularity > 0 and (member.is_offered_by_lab or popularity >= ESTABLISHED * widest)
        if version and is_taken_up:
            newer.add(version)
            popularity = (max(popularity, best_before[version]) * together) ** 0.5
        standing[member.base] = max(popularity, LEAST) * OLDER ** (len(newer) - (version in newer))
    return standing


def _best_before(line: Sequence[_Member]) -> dict[float, float]:
    """For each version of a line, the popularity of its widest older one; names without a version are no older ones."""
    widest: defaultdict[float, float] = defaultdict(float)
    for member in line:
        widest[member.lineage.version] = max(widest[member.lineage.version], member.popularity)
    best, before = 0.0, {}
    for version in sorted(widest):
        before[version] = best
        best = max(best, widest[version]) if version else 0.0
    return before


def _newer_versions(members: Sequence[_Member]) -> dict[str, int]:
    """How many newer versions, well carried, a family has beside each of its members."""
    widest = max(member.popularity for member in members)
    current = sorted({member.lineage.version for member in members if member.popularity > ESTABLISHED * widest})
    return {it.base: min(MOST_NEWER, len(current) - bisect_right(current, it.lineage.version)) for it in members}


def _own_prices(catalog: CatalogData) -> dict[str, float]:
    """What labs ask for output, by base model."""
    prices: dict[str, float] = {}
    for offer in catalog.offers:
        if offer.first_party and offer.price.rates.output is not None:
            prices.setdefault(offer.base, float(offer.price.rates.output))
    return prices


@dataclass(frozen=True, slots=True)
class _AtHost:
    """How likely each host is the one that is meant."""

    shares: Mapping[str, float]
    """What a provider carries of all that is popular, beside the one that carries most."""
    best_elsewhere: frozenset[int]
    popularity: Mapping[str, float]

    @classmethod
    def of(cls, catalog: CatalogData, own: set[str]) -> _AtHost:
        popularity = {base: model.popularity for base, model in catalog.models.items()}
        carried: defaultdict[str, float] = defaultdict(float)
        for offer in catalog.offers:
            carried[offer.provider] += popularity[offer.base]
        most = max(carried.values(), default=0.0) or 1.0
        shares = {provider: amount / most for provider, amount in carried.items()}
        return cls(shares, _best_elsewhere(catalog, own, shares), popularity)

    def factor(self, offer: Offer, number: int) -> float:
        if offer.first_party:
            factor = LATER_OWN_HOST if offer.popularity < self.popularity[offer.base] else 1.0
        elif number in self.best_elsewhere:
            factor = BEST_ELSEWHERE
        else:
            is_known = offer.litellm is not None and offer.litellm.known
            factor = ELSEWHERE + FOR_BEING_KNOWN * is_known + FOR_SIZE * self.shares[offer.provider]
        return factor * DEPRECATED if offer.status == "deprecated" else factor


def _best_elsewhere(catalog: CatalogData, own: set[str], shares: Mapping[str, float]) -> frozenset[int]:
    """Of each base model that no lab offers itself, the offer to take instead: LiteLLM knows it, the host is big."""
    best: dict[str, tuple[tuple[bool, bool, float], int]] = {}
    for number, offer in enumerate(catalog.offers):
        if offer.base in own:
            continue
        is_known = offer.litellm is not None and offer.litellm.known
        merit = (offer.status != "deprecated", is_known, shares[offer.provider])
        if offer.base not in best or merit > best[offer.base][0]:
            best[offer.base] = (merit, number)
    return frozenset(number for _, number in best.values())
