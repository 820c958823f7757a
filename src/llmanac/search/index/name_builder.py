"""What the models of a catalog are called, as a whole: by their key, and by each host's ids and display names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.search.index.buffers import Bitmaps, bitmap
from llmanac.search.index.lineage import Lineage
from llmanac.search.index.names import Names
from llmanac.search.index.prefixes import Prefixes
from llmanac.search.index.text import Cuts
from llmanac.search.index.vocabulary import Vocabulary

WELL_KNOWN = 0.3
"""The popularity of all models of a family together from which its name is one, in whatever name it stands."""


class NameBuilder:
    """The names in a catalog whose offers are numbered in some order; made to build an Index, then let go."""

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
        self._moving = _moving(catalog, lineages)
        self._generic = _generic(catalog, cuts)

    def names(self) -> Names:
        """Whole names, and what they stand for."""
        models = self._agreed()
        models.update((self._cuts.squash(base), base) for base in self._members if not self._is_vague(base))
        return Names.of(self._members, models=models, offers=self._ids(), spelt=(name for name, _ in models))

    def own_beginnings(self) -> Prefixes:
        """The names that hosts give their offers."""
        squash = self._cuts.squash
        offers: defaultdict[str, list[int]] = defaultdict(list)
        for number, offer in enumerate(self._offers):
            leaf, name = squash(offer.model.rpartition("/")[2]), squash(offer.name or "")
            offers[leaf].append(number)
            if name != leaf:
                offers[name].append(number)
        return Prefixes.of(offers)

    def phrases(self) -> Prefixes:
        """The names of base models, from each of their words on.

        Not from the name of another well-known family on, which only says what a model was made of: a Gemma distilled
        from Claude 4.6 is no answer to "claude 4", and DeepSeek-R1-Distill-Llama-70B is none to "llama 70b".
        """
        offers: defaultdict[str, list[int]] = defaultdict(list)
        greatness = _greatness(self._catalog, self._lineages)
        for base, members in self._members.items():
            words = () if self._is_vague(base) else self._cuts.cut(base)
            for start, word in enumerate(words):
                if start == 0 or greatness[word] < WELL_KNOWN:
                    offers["".join(words[start:])] += members
        return Prefixes.of(offers)

    def families(self) -> Vocabulary:
        """What the names of base models begin with, and the labs behind them."""
        offers: defaultdict[str, list[int]] = defaultdict(list)
        for base, members in self._members.items():
            lab = self._catalog.models[base].lab
            for word in {*self._cuts.cut(base)[:1], *self._cuts.cut(lab or "")[:1]}:
                offers[word] += members
        return Vocabulary.of(offers, core={}, hosted={})

    def complete(self) -> Bitmaps:
        """By a number of words, the offers whose base model's name has just so many."""
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for base, members in self._members.items():
            if not self._is_vague(base):
                by_length[len(set(self._cuts.cut(base)))] += members
        return Bitmaps.of(bitmap(by_length[length]) for length in range(max(by_length, default=0) + 1))

    def _is_vague(self, base: str) -> bool:
        """Whether the name of a base model is no answer to itself."""
        return base in self._moving or base in self._generic

    def _agreed(self) -> set[tuple[str, str]]:
        """Each host's names with the base model that they stand for at most hosts; some call two models alike."""
        votes: Counter[tuple[str, str]] = Counter()
        for offer in self._offers:
            is_moving = offer.base in self._moving
            for text in {offer.model, offer.model.rpartition("/")[2], offer.name or offer.model}:
                name = self._cuts.squash(text)
                if name and name not in self._generic and ("latest" in name or not is_moving):
                    votes[name, offer.base] += 1
        most: defaultdict[str, int] = defaultdict(int)
        for (name, _), count in votes.items():
            most[name] = max(most[name], count)
        return {(name, base) for (name, base), count in votes.items() if count == most[name]}

    def _ids(self) -> Iterator[tuple[str, int]]:
        """Each offer's id at models.dev, and at LiteLLM where it is the one that the id stands for."""
        squash = self._cuts.squash
        for number, offer in enumerate(self._offers):
            yield squash(offer.provider) + squash(offer.model), number
            if offer.litellm is not None and offer.litellm.primary:
                prefix, _, rest = offer.litellm.id.partition("/")
                yield squash(prefix) + squash(rest), number


def _greatness(catalog: CatalogData, lineages: Mapping[str, Lineage]) -> Mapping[str, float]:
    """By the first word of names: the popularity of all models of that family together."""
    greatness: defaultdict[str, float] = defaultdict(float)
    for base, model in catalog.models.items():
        greatness[lineages[base].family] += model.popularity
    return greatness


def _moving(catalog: CatalogData, lineages: Mapping[str, Lineage]) -> frozenset[str]:
    """Base models that stand for the newest of a line: ``gemini-flash-latest`` is no answer to "gemini flash"."""
    models = catalog.models
    latest = Counter(offer.base for offer in catalog.offers if "latest" in offer.model)
    best: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for of in lineages.values():
        if of.version:
            best[of.line] = max(best[of.line], models[of.base].popularity)
    return frozenset(
        base
        for base, count in latest.items()
        if 2 * count >= len(models[base].offers)
        and not lineages[base].version
        and models[base].popularity <= best[lineages[base].line]
    )


def _generic(catalog: CatalogData, cuts: Cuts) -> frozenset[str]:
    """Base models named with one plain word that better known ones end in: no answer to that word alone."""
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
