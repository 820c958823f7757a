"""Builds the lookups of whole names: base models' keys, and each host's ids and display names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.domain.spelling import aliases_of
from llmanac.search.index.buffers import Bitmaps, bitmap
from llmanac.search.index.lineage import Lineage
from llmanac.search.index.names import OWN_NAME, Names
from llmanac.search.index.prefixes import Prefixes
from llmanac.search.index.text import Cuts
from llmanac.search.index.vocabulary import Vocabulary

WELL_KNOWN = 0.3
"""Minimum total popularity of a family whose name keeps its meaning inside the names of other models."""


class NameBuilder:
    """Builds an Index's lookups of names, for offers numbered in the order given."""

    def __init__(
        self, offers: Sequence[Offer], catalog: CatalogData, *, cuts: Cuts, lineages: Mapping[str, Lineage]
    ) -> None:
        self._offers = offers
        self._catalog = catalog
        self._cuts = cuts
        self._members: defaultdict[str, list[int]] = defaultdict(list)
        for number, offer in enumerate(offers):
            self._members[offer.base].append(number)
        self._lineages = lineages
        self._latest_aliases = _latest_aliases(catalog, lineages)
        self._generic = _generic(catalog, cuts)

    def names(self) -> Names:
        """The lookup of whole names: the base models and offers that they stand for."""
        models = self._majority_names()
        models.update((self._cuts.squash(base), base) for base in self._members if not self._is_vague(base))
        offers = chain(self._ids(), self._own_names())
        return Names.of(self._members, models=models, offers=offers, spelt=(name for name, _ in models))

    def own_beginnings(self) -> Prefixes:
        """The prefixes of the names that hosts give their offers."""
        squash = self._cuts.squash
        offers: defaultdict[str, list[int]] = defaultdict(list)
        for number, offer in enumerate(self._offers):
            leaf, name = squash(offer.model.rpartition("/")[2]), squash(offer.name or "")
            offers[leaf].append(number)
            if name != leaf:
                offers[name].append(number)
            for alias in aliases_of(offer):
                offers[squash(alias)].append(number)
        return Prefixes.of(offers)

    def phrases(self) -> Prefixes:
        """The prefixes of the names of base models, from each of their words on.

        Words from the name of another well-known family on are left out, since they only state what a model was made
        from: a Gemma distilled from Claude 4.6 should not match "claude 4", nor DeepSeek-R1-Distill-Llama-70B
        "llama 70b".
        """
        offers: defaultdict[str, list[int]] = defaultdict(list)
        popularity = _popularity_by_family(self._catalog, self._lineages)
        for base, members in self._members.items():
            words = () if self._is_vague(base) else self._cuts.cut(base)
            for start, word in enumerate(words):
                if start == 0 or popularity[word] < WELL_KNOWN:
                    offers["".join(words[start:])] += members
        return Prefixes.of(offers)

    def families(self) -> Vocabulary:
        """The first words of the names of base models, and of the labs behind them."""
        offers: defaultdict[str, list[int]] = defaultdict(list)
        for base, members in self._members.items():
            lab = self._catalog.models[base].lab
            for word in {*self._cuts.cut(base)[:1], *self._cuts.cut(lab or "")[:1]}:
                offers[word] += members
        return Vocabulary.of(offers, core={}, hosted={})

    def complete(self) -> Bitmaps:
        """The offers whose base model's name has exactly n words, at position n."""
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for base, members in self._members.items():
            if not self._is_vague(base):
                by_length[len(set(self._cuts.cut(base)))] += members
        return Bitmaps.of(bitmap(by_length[length]) for length in range(max(by_length, default=0) + 1))

    def _is_vague(self, base: str) -> bool:
        """Returns True if a query for the name of this base model more likely means another model."""
        return base in self._latest_aliases or base in self._generic

    def _majority_names(self) -> set[tuple[str, str]]:
        """Each host's names with the base model that they stand for at most hosts; some hosts name two models alike."""
        votes: Counter[tuple[str, str]] = Counter()
        for offer in self._offers:
            is_latest_alias = offer.base in self._latest_aliases
            for text in {offer.model, offer.model.rpartition("/")[2], offer.name or offer.model}:
                name = self._cuts.squash(text)
                if name and name not in self._generic and ("latest" in name or not is_latest_alias):
                    votes[name, offer.base] += 1
        most: defaultdict[str, int] = defaultdict(int)
        for (name, _), count in votes.items():
            most[name] = max(most[name], count)
        return {(name, base) for (name, base), count in votes.items() if count == most[name]}

    def _ids(self) -> Iterator[tuple[str, int]]:
        """Each offer's id at models.dev, and at LiteLLM where the offer is the primary one of that id."""
        squash = self._cuts.squash
        for number, offer in enumerate(self._offers):
            yield squash(offer.provider) + squash(offer.model), number
            if offer.litellm is not None and offer.litellm.primary:
                prefix, _, rest = offer.litellm.id.partition("/")
                yield squash(prefix) + squash(rest), number
            for alias in aliases_of(offer):
                yield squash(alias), number

    def _own_names(self) -> Iterator[tuple[str, int]]:
        """The ids that hosts have made up for a model, which say nothing of its family: ``ox-alpha`` for GLM-5.3."""
        squash = self._cuts.squash
        bases = {squash(base) for base in self._members}
        for number, offer in enumerate(self._offers):
            name = squash(offer.model.rpartition("/")[2])
            if name not in bases and squash(self._lineages[offer.base].family) not in name:
                yield OWN_NAME + name, number


def _popularity_by_family(catalog: CatalogData, lineages: Mapping[str, Lineage]) -> Mapping[str, float]:
    """The total popularity of the models of each family."""
    popularity: defaultdict[str, float] = defaultdict(float)
    for base, model in catalog.models.items():
        popularity[lineages[base].family] += model.popularity
    return popularity


def _latest_aliases(catalog: CatalogData, lineages: Mapping[str, Lineage]) -> frozenset[str]:
    """Base models that are an alias of the newest of a line: "gemini flash" does not mean ``gemini-flash-latest``."""
    models = catalog.models
    latest = Counter(offer.base for offer in catalog.offers if "latest" in offer.model)
    best: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for lineage in lineages.values():
        if lineage.version:
            best[lineage.line] = max(best[lineage.line], models[lineage.base].popularity)
    return frozenset(
        base
        for base, count in latest.items()
        if 2 * count >= len(models[base].offers)
        and not lineages[base].version
        and models[base].popularity <= best[lineages[base].line]
    )


def _generic(catalog: CatalogData, cuts: Cuts) -> frozenset[str]:
    """Base models named with one plain word that names of more popular ones contain: not meant by that word alone."""
    models = catalog.models
    best: defaultdict[str, float] = defaultdict(float)
    families: Counter[str] = Counter()
    for base, model in models.items():
        family, *others = cuts.cut(base) or ("",)
        families[family] += 1
        for word in others:
            best[word] = max(best[word], model.popularity)
    return frozenset(
        base
        for base, model in models.items()
        if base.isalpha() and families[base] == 1 and model.popularity < best[base]
    )
