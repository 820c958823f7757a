"""Static ranking: the order of offers that match a query equally well.

The text of a query often leaves open which model of a family is meant, and nearly always at which host. People mean
the current model rather than the one that is still most widely carried, the main line rather than a side line, and
the lab's own host rather than a reseller.
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
"""Factor of a model's score for each newer model of its line."""
OLDER_IN_FAMILY = 0.75
"""Factor for each newer version in the whole family, up to MOST_NEWER of them."""
MOST_NEWER = 3
SIDE_LINE = 0.5
"""Factor for each word that makes a model a side line."""
ESTABLISHED = 0.15
"""Share of the most popular model's popularity that a newer model needs to succeed it, unless its lab offers it."""
LEAST = 0.01
"""Popularity of a model that no neutral host carries, so that its offers still differ in score."""

LATER_OWN_HOST = 0.8
"""Factor of an offer at a further host of the lab, less popular than the model."""
BEST_ELSEWHERE = 0.6
"""Factor of the best host of a model that its lab does not offer itself."""
ELSEWHERE = 0.35
"""Factor of any other host, before FOR_SIZE and FOR_BEING_KNOWN are added."""
FOR_SIZE = 0.05
"""Added for the host that carries the most popularity; for others in proportion."""
FOR_BEING_KNOWN = 0.05
"""Added for an offer whose id is in LiteLLM's own map."""
QUALIFIED = 0.85
"""Factor of an offer whose id has more than the model's name: a date, a plan, a precision."""
DEPRECATED = 0.5
"""Factor of a deprecated offer."""


class StaticRank(NamedTuple):
    """The sort key of an offer, whatever the query; its values are meant only to be compared, the larger first."""

    likelihood: float
    """How likely the offer is the one that is meant."""
    price: float
    """Price of output at the lab's own host, to order equally likely models: labs charge most for their best."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A base model, with the facts that its score is computed from."""

    base: str
    lineage: Lineage
    popularity: float
    is_offered_by_lab: bool


def static_ranks(
    catalog: CatalogData, squash: Callable[[str], str], lineages: Mapping[str, Lineage]
) -> list[StaticRank]:
    """The static rank of each offer of a catalog, by document number; ``squash`` is ``text.squash``."""
    own = {offer.base for offer in catalog.offers if offer.first_party}
    members = [_Member(base, lineages[base], model.popularity, base in own) for base, model in catalog.models.items()]
    models = _model_scores(members)
    hosts = _HostFactors.of(catalog, own)
    likelihoods = [
        models[offer.base]
        * hosts.factor(offer, number)
        * (1.0 if squash(offer.model.removesuffix("-latest")).endswith(squash(offer.base)) else QUALIFIED)
        for number, offer in enumerate(catalog.offers)
    ]
    return with_own_prices(catalog, likelihoods)


def with_own_prices(catalog: CatalogData, likelihoods: Iterable[float]) -> list[StaticRank]:
    """The static rank of each offer of a catalog, of which these are the likelihoods, by document number."""
    prices = _own_prices(catalog)
    return [
        StaticRank(likelihood, prices.get(offer.base, 0.0))
        for likelihood, offer in zip(likelihoods, catalog.offers, strict=True)
    ]


def ranked(ranks: Iterable[StaticRank]) -> list[int]:
    """Document numbers, best first; equals are in static order."""
    keys = sorted((-it.likelihood, -it.price, number) for number, it in enumerate(ranks))
    return [number for _, _, number in keys]


def _model_scores(members: Iterable[_Member]) -> dict[str, float]:
    """The score of each base model."""
    lines: defaultdict[tuple[str, ...], list[_Member]] = defaultdict(list)
    families: defaultdict[str, list[_Member]] = defaultdict(list)
    for member in members:
        lines[member.lineage.line].append(member)
        families[member.lineage.family].append(member)
    families_with: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        families_with[line[-1]].add(line[0])
    scores: dict[str, float] = {}
    superseded: set[str] = set()
    for line, of_line in lines.items():
        is_a_name = len(families_with[line[-1]]) == 1
        predecessors = _predecessors(of_line, lines.get(line[:-1], ())) if is_a_name else ()
        superseded.update(member.base for member in predecessors)
        scores.update(_line_scores(of_line, predecessors))
    for base in superseded:
        scores[base] *= OLDER
    for of_family in families.values():
        for base, newer in _newer_versions(of_family).items():
            scores[base] *= OLDER_IN_FAMILY**newer
    for member in members:
        scores[member.base] *= SIDE_LINE**member.lineage.side_words
    return scores


def _predecessors(line: Sequence[_Member], parent: Sequence[_Member]) -> Sequence[_Member]:
    """The models of the parent line, if this line continues it under a new name: gpt 5.5 before gpt 5.6 sol."""
    if not parent or line[0].lineage.side_words or max(member.popularity for member in line) == 0:
        return ()
    first = min(member.lineage.version for member in line)
    return parent if all(member.lineage.version < first for member in parent) else ()


def _line_scores(members: Sequence[_Member], predecessors: Sequence[_Member]) -> dict[str, float]:
    """The scores of a line's models: the newest gets that of the whole line, as hosts will follow; older ones less."""
    line = (*members, *predecessors)
    widest, together = max(it.popularity for it in line), sum(it.popularity for it in line)
    best_before = _best_before(line)
    scores: dict[str, float] = {}
    newer: set[float] = set()
    for member in sorted(members, key=lambda it: (-it.lineage.version, it.base)):
        popularity, version = member.popularity, member.lineage.version
        is_adopted = popularity > 0 and (member.is_offered_by_lab or popularity >= ESTABLISHED * widest)
        if version and is_adopted:
            newer.add(version)
            popularity = (max(popularity, best_before[version]) * together) ** 0.5
        scores[member.base] = max(popularity, LEAST) * OLDER ** (len(newer) - (version in newer))
    return scores


def _best_before(line: Sequence[_Member]) -> dict[float, float]:
    """The highest popularity of an older version, for each version of a line; names without a version do not count."""
    widest: defaultdict[float, float] = defaultdict(float)
    for member in line:
        widest[member.lineage.version] = max(widest[member.lineage.version], member.popularity)
    best, before = 0.0, {}
    for version in sorted(widest):
        before[version] = best
        best = max(best, widest[version]) if version else 0.0
    return before


def _newer_versions(members: Sequence[_Member]) -> dict[str, int]:
    """The number of newer established versions in a family, for each of its members."""
    widest = max(member.popularity for member in members)
    current = sorted({member.lineage.version for member in members if member.popularity > ESTABLISHED * widest})
    return {it.base: min(MOST_NEWER, len(current) - bisect_right(current, it.lineage.version)) for it in members}


def _own_prices(catalog: CatalogData) -> dict[str, float]:
    """The price of output at the lab's own host, by base model."""
    prices: dict[str, float] = {}
    for offer in catalog.offers:
        price = own_price(offer)
        if price is not None:
            prices.setdefault(offer.base, price)
    return prices


def own_price(offer: Offer) -> float | None:
    """The price of output of an offer of a lab itself; None where it is unknown, and at other hosts."""
    price = offer.price.rates.output if offer.first_party else None
    return None if price is None else float(price)


@dataclass(frozen=True, slots=True)
class _HostFactors:
    """The factors by which an offer's host changes the score of its model."""

    shares: Mapping[str, float]
    """Total popularity of a provider's models, relative to the provider with the highest."""
    best_elsewhere: frozenset[int]
    """Document numbers of the offers that get BEST_ELSEWHERE."""
    popularity: Mapping[str, float]
    """Popularity of each base model."""

    @classmethod
    def of(cls, catalog: CatalogData, own: set[str]) -> _HostFactors:
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
    """The best offer of each base model that its lab does not offer: one that LiteLLM knows, at a large host."""
    best: dict[str, tuple[tuple[bool, bool, float], int]] = {}
    for number, offer in enumerate(catalog.offers):
        if offer.base in own:
            continue
        is_known = offer.litellm is not None and offer.litellm.known
        merit = (offer.status != "deprecated", is_known, shares[offer.provider])
        if offer.base not in best or merit > best[offer.base][0]:
            best[offer.base] = (merit, number)
    return frozenset(number for _, number in best.values())
