"""A view of an index in which some offers do not exist: no lookup finds them, and no word or name is theirs alone.

The view shares all buffers of its index, and the numbers of offers, of which those of the others stay unused. Every
lookup that gives offers gives the visible ones; a word, a name or a label that no visible offer has is not there. So
what is understood of a query, corrected in it and counted does not depend on what cannot be seen.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from pyroaring import BitMap
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from llmanac.domain.naming import fold
from llmanac.search.index.buffers import Bitmaps, bitmap
from llmanac.search.index.filter_index import FilterIndex, LabelLookup
from llmanac.search.index.index import Index
from llmanac.search.index.names import COMPARED, LIKE, LONGEST, NEAREST, SHARED, SHORTEST, SLIPS, Names
from llmanac.search.index.prefixes import Prefixes
from llmanac.search.index.spelling import Spelling
from llmanac.search.index.text import numbers_in
from llmanac.search.index.vocabulary import Vocabulary
from llmanac.search.query.filter_kinds import Condition
from llmanac.search.query.query import Query


class RestrictedIndex(Index):
    """An index of which only some offers are visible."""

    __slots__ = ("visible",)

    visible: BitMap
    """The static ranks of the visible offers."""

    def __init__(self, index: Index, documents: BitMap) -> None:
        """``documents`` are the document numbers of the visible offers."""
        self.visible = visible = bitmap(index.documents.numbers[document] for document in documents)
        self.documents = index.documents
        self.vocabulary = RestrictedVocabulary(index.vocabulary, visible)
        self.names = RestrictedNames(index.names, visible)
        self.complete = RestrictedBitmaps(index.complete, visible)
        self.own_beginnings = RestrictedPrefixes(index.own_beginnings, visible)
        self.phrases = RestrictedPrefixes(index.phrases, visible)
        self.families = RestrictedVocabulary(index.families, visible)
        self.spelling = RestrictedSpelling(index.spelling, index.vocabulary, visible)
        self.filters = RestrictedFilterIndex(index.filters, visible)
        self.document_filters = RestrictedFilterIndex(index.document_filters, documents)
        self.orderings = index.orderings
        self.likelihood = index.likelihood
        self.featured = array("I", [document for document in index.featured if document in documents])

    @property
    def everything(self) -> BitMap:
        """The static ranks of the visible offers."""
        return self.visible

    def standing(self, number: int) -> int:
        """The place of an offer among the visible ones by likelihood."""
        return int(self.visible.rank(number)) - 1


class RestrictedVocabulary(Vocabulary):
    """The words of visible offers."""

    __slots__ = ("_visible",)

    def __init__(self, vocabulary: Vocabulary, visible: BitMap) -> None:
        for name in Vocabulary.__slots__:
            setattr(self, name, getattr(vocabulary, name))
        self._visible = visible

    def __contains__(self, word: str) -> bool:
        return super().__contains__(word) and self.found[self._numbers[word]].intersect(self._visible)

    def beginnings_of(self, text: str) -> list[str]:
        """The words that a text begins with, the longest first."""
        return [word for word in super().beginnings_of(text) if word in self]

    def offers_with(self, word: str) -> BitMap:
        """The visible offers that contain the whole word."""
        return super().offers_with(word) & self._visible

    def offers_with_core(self, word: str) -> BitMap:
        """The visible offers whose base model's name contains the whole word."""
        return super().offers_with_core(word) & self._visible

    def offers_at(self, word: str) -> BitMap:
        """The visible offers at hosts with this word in their name."""
        return super().offers_at(word) & self._visible

    def offers_with_beginning(self, beginning: str) -> BitMap:
        """The visible offers that contain a word with this beginning."""
        return super().offers_with_beginning(beginning) & self._visible


class RestrictedNames(Names):
    """The names of visible offers, and of base models that have any."""

    __slots__ = ("__dict__", "_visible")

    def __init__(self, names: Names, visible: BitMap) -> None:
        for name in Names.__slots__:
            setattr(self, name, getattr(names, name))
        self._visible = visible

    def models_named(self, name: str) -> list[int]:
        """The base models of this name that have visible offers."""
        return [model for model in super().models_named(name) if self.offers_of([model])]

    def offers_named(self, name: str) -> BitMap:
        """The visible offers with this id, or with this name that only their host gives the model."""
        return super().offers_named(name) & self._visible

    def offers_called(self, name: str) -> BitMap:
        """The visible offers with this name that only their host gives the model."""
        return super().offers_called(name) & self._visible

    def offers_of(self, models: Sequence[int]) -> BitMap:
        """The visible offers of base models."""
        return super().offers_of(models) & self._visible

    def most_similar(self, text: str, count: int) -> tuple[str, ...]:
        """The keys of the base models most similar to a text, of those that have visible offers."""
        best = process.extract(fold(text)[:LONGEST], self._seen, scorer=fuzz.WRatio, limit=count, score_cutoff=LIKE)
        return tuple(name for name, _, _ in best)

    def nearest(self, name: str, *, slips: int = SLIPS) -> str | None:
        """The likeliest correction of a misspelt run-together name, of those of visible offers."""
        if not SHORTEST <= len(name) <= LONGEST:
            return None
        choices = [self._spelt[it] for it in self._spelt.starting_with(name[:SHARED])[:COMPARED]]
        # Few are near enough: to ask of those whether they are visible is faster than to ask it of all.
        best = process.extract(name, choices, scorer=OSA.distance, score_cutoff=slips, limit=None)
        visible = islice((it for it, _, _ in best if self.models_named(it)), NEAREST)
        numbers = numbers_in(name)
        return next((it for it in visible if numbers_in(it) == numbers), None)

    @cached_property
    def _seen(self) -> list[str]:
        """The keys of the base models that have visible offers."""
        return [base for model, base in enumerate(self._bases) if self.offers_of([model])]


class RestrictedPrefixes(Prefixes):
    """The names of visible offers by their beginnings."""

    __slots__ = ("_visible",)

    def __init__(self, prefixes: Prefixes, visible: BitMap) -> None:
        for name in Prefixes.__slots__:
            setattr(self, name, getattr(prefixes, name))
        self._visible = visible

    def offers_with(self, prefix: str) -> BitMap:
        """The visible offers of all names with this prefix."""
        return super().offers_with(prefix) & self._visible


class RestrictedBitmaps(Bitmaps):
    """Sets of visible offers, by position."""

    __slots__ = ("_bitmaps", "_visible")

    def __init__(self, bitmaps: Bitmaps, visible: BitMap) -> None:
        self._bitmaps = bitmaps
        self._visible = visible

    def __len__(self) -> int:
        return len(self._bitmaps)

    def __getitem__(self, number: int) -> BitMap:
        return self._bitmaps[number] & self._visible


class RestrictedSpelling(Spelling):
    """Corrections to words of visible offers."""

    __slots__ = ("_visible", "_vocabulary")

    def __init__(self, spelling: Spelling, vocabulary: Vocabulary, visible: BitMap) -> None:
        for name in Spelling.__slots__:
            setattr(self, name, getattr(spelling, name))
        self._vocabulary = vocabulary
        self._visible = visible

    def _sharing(self, forms: Iterable[str]) -> set[int]:
        """The numbers of the words of visible offers that have one of these forms."""
        found = self._vocabulary.found
        return {number for number in super()._sharing(forms) if found[number].intersect(self._visible)}


class RestrictedFilterIndex(FilterIndex):
    """The lookup of every filter among visible offers."""

    __slots__ = ("_visible",)

    def __init__(self, filters: FilterIndex, visible: BitMap) -> None:
        for name in FilterIndex.__slots__:
            setattr(self, name, getattr(filters, name))
        self._visible = visible

    def labelled(self, name: str, label: str) -> BitMap:
        """The visible offers that have a label."""
        return super().labelled(name, label) & self._visible

    def labels(self, name: str) -> Iterable[str]:
        """Every label of the filter of this name that a visible offer has."""
        lookup = self._lookups[name]
        if not isinstance(lookup, LabelLookup):
            return ()
        return (label for label, those in lookup.items() if those.intersect(self._visible))

    def passing(self, condition: Condition) -> BitMap:
        """The visible offers that meet a condition."""
        return super().passing(condition) & self._visible

    def matching(self, query: Query) -> BitMap:
        """The visible offers that meet all conditions of a query."""
        found = super().matching(query)
        return self._visible if found is None else found
