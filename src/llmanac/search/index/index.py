"""The search index: every lookup that queries need, built once from CatalogData.

Offers are numbered by their static rank (``search.index.ranking``), so that the best of a set of numbers come first,
and no result needs sorting. The index consists of flat buffers: ``pack`` returns them by name, and ``unpack`` restores
the Index from them, wherever they are mapped.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from copy import copy
from functools import partial
from typing import Self

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Model, Offer
from llmanac.domain.spelling import aliases_of
from llmanac.search.index.buffers import Bitmaps, Buffer, Floats, Numbers, Packed, flat, joined, part_of
from llmanac.search.index.filter_index import FilterIndex, FilterPostings
from llmanac.search.index.lineage import lineage
from llmanac.search.index.name_builder import NameBuilder
from llmanac.search.index.names import Names
from llmanac.search.index.ordering import SORTED_BY, Ordering, orderings_of
from llmanac.search.index.prefixes import Prefixes
from llmanac.search.index.ranking import own_price, ranked, static_ranks, with_own_prices
from llmanac.search.index.revision import Revision
from llmanac.search.index.spelling import Spelling
from llmanac.search.index.text import Cuts
from llmanac.search.index.vocabulary import Vocabulary
from llmanac.search.index.vocabulary_builder import vocabulary_of
from llmanac.search.query.filter_kinds import Filter
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.query import Sort


class Index:
    """The search index of a catalog. Frozen; it does not hold the CatalogData."""

    __slots__ = (
        "complete",
        "document_filters",
        "documents",
        "families",
        "featured",
        "filters",
        "likelihood",
        "names",
        "orderings",
        "own_beginnings",
        "phrases",
        "spelling",
        "vocabulary",
    )

    documents: Ordering
    """All offers in static order. A document number is a place in it; all other numbers here are static ranks."""
    vocabulary: Vocabulary
    names: Names
    complete: Bitmaps
    """The offers whose base model's name has exactly n words, at position n."""
    own_beginnings: Prefixes
    """Prefixes of the names that hosts give their offers."""
    phrases: Prefixes
    """Prefixes of the names of base models, from each of their words on."""
    families: Vocabulary
    """The first words of the names of base models and labs."""
    spelling: Spelling
    filters: FilterIndex
    document_filters: FilterIndex
    """The filters in terms of document numbers."""
    orderings: Mapping[tuple[Sort, bool], Ordering]
    """The ordering of each sort, ascending (False) and descending (True)."""
    likelihood: Floats
    """The likelihood of each offer, by its number; see ``search.index.ranking``."""
    featured: Numbers
    """Document numbers of the featured set, in curated order."""

    def __init__(self, catalog: CatalogData, *, filters: Sequence[Filter] = FILTERS) -> None:
        self._index_names(catalog)
        self._index_facts(catalog, filters)
        self.featured = _featured(catalog)

    def _index_names(self, catalog: CatalogData) -> None:
        """Rank the offers, and index all by which they are called."""
        cuts = Cuts()
        lineages = {base: lineage(base) for base in catalog.models}
        ranks = static_ranks(catalog, cuts.squash, lineages)
        order = ranked(ranks)
        offers = [catalog.offers[document] for document in order]
        builder = NameBuilder(offers, catalog, cuts=cuts, lineages=lineages)
        self.documents = Ordering.of(_inverse(order))
        self.vocabulary = vocabulary_of(offers, catalog, cuts)
        self.names = builder.names()
        self.complete = builder.complete()
        self.own_beginnings = builder.own_beginnings()
        self.phrases = builder.phrases()
        self.families = builder.families()
        self.spelling = Spelling.of(enumerate(self.vocabulary.words))
        self.likelihood = array("d", [ranks[document].likelihood for document in order])

    def _index_facts(self, catalog: CatalogData, filters: Sequence[Filter]) -> None:
        """Index the offers, which have been ranked, by their facts."""
        postings = FilterPostings.of(catalog, filters)
        self.document_filters = FilterIndex.of(postings, filters)
        self.filters = FilterIndex.of(postings.renumbered(self.documents.numbers), filters)
        self.orderings = orderings_of(catalog.offers, self.documents)

    def revised(self, catalog: CatalogData, revision: Revision) -> Self:
        """The index of a revision of the catalog; it shares with this one all that is the same in both."""
        if not revision.keeps(_names_of) or not self._ranks_alike(catalog, revision):
            return type(self)(catalog, filters=self.filters.rows)
        made = copy(self)
        rows = [row for row in self.filters.rows if not revision.keeps(row.of)]
        postings = FilterPostings.of(catalog, rows)
        made.document_filters = self.document_filters.with_postings(postings)
        made.filters = self.filters.with_postings(postings.renumbered(self.documents.numbers))
        sorts = [sort for sort in SORTED_BY if not revision.keeps(partial(_sorted_by, sort))]
        made.orderings = {**self.orderings, **orderings_of(catalog.offers, self.documents, sorts=sorts)}
        made.featured = _featured(catalog)
        return made

    def _ranks_alike(self, catalog: CatalogData, revision: Revision) -> bool:
        """Whether the offers of a revision have the same static ranks, where it has the same names."""
        if revision.keeps(lambda offer, _: own_price(offer)):
            return True
        likelihoods = [self.likelihood[number] for number in self.documents.numbers]
        return ranked(with_own_prices(catalog, likelihoods)) == list(self.documents.places)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Self:
        """The Index that was packed into these buffers; they are read in place."""
        self = cls.__new__(cls)
        self.documents = Ordering.unpack(part_of(buffers, "documents"))
        self.vocabulary = Vocabulary.unpack(part_of(buffers, "vocabulary"))
        self.names = Names.unpack(part_of(buffers, "names"))
        self.complete = Bitmaps.unpack(part_of(buffers, "complete"))
        self.own_beginnings = Prefixes.unpack(part_of(buffers, "own_beginnings"))
        self.phrases = Prefixes.unpack(part_of(buffers, "phrases"))
        self.families = Vocabulary.unpack(part_of(buffers, "families"))
        self.spelling = Spelling.unpack(part_of(buffers, "spelling"))
        self.filters = FilterIndex.unpack(part_of(buffers, "filters"))
        self.document_filters = FilterIndex.unpack(part_of(buffers, "document_filters"))
        self.orderings = {key: Ordering.unpack(part_of(buffers, _ordering_name(*key))) for key in _ordering_keys()}
        self.likelihood = buffers["likelihood"].cast("d")
        self.featured = buffers["featured"].cast("I")
        return self

    def pack(self) -> dict[str, Buffer]:
        """Every buffer of the index, by name."""
        parts: dict[str, Packed] = {
            "documents": self.documents,
            "vocabulary": self.vocabulary,
            "names": self.names,
            "complete": self.complete,
            "own_beginnings": self.own_beginnings,
            "phrases": self.phrases,
            "families": self.families,
            "spelling": self.spelling,
            "filters": self.filters,
            "document_filters": self.document_filters,
            **{_ordering_name(*key): self.orderings[key] for key in _ordering_keys()},
        }
        return {**joined(parts), "likelihood": flat(self.likelihood), "featured": flat(self.featured)}

    def __len__(self) -> int:
        """The number of offers; document numbers are below it."""
        return len(self.documents)

    @property
    def everything(self) -> BitMap:
        """The static ranks of all offers that can be found."""
        return BitMap(range(len(self)))

    def standing(self, number: int) -> int:
        """The place of an offer by likelihood, from its static rank; 0 is the likeliest."""
        return number


def _names_of(offer: Offer, _: Model) -> tuple[object, ...]:
    """All of an offer that its names and its likelihood are made of."""
    merits = offer.status, offer.popularity, offer.first_party
    return offer.provider, offer.model, offer.base, offer.name, offer.litellm, aliases_of(offer), *merits


def _featured(catalog: CatalogData) -> Numbers:
    """The document numbers of the featured set."""
    places = {offer.id: document for document, offer in enumerate(catalog.offers)}
    return array("I", [places[it] for it in catalog.featured])


def _inverse(order: list[int]) -> array[int]:
    """The place of each document in the order."""
    places = array("I", bytes(4 * len(order)))
    for place, document in enumerate(order):
        places[document] = place
    return places


def _ordering_keys() -> list[tuple[Sort, bool]]:
    return [(sort, descending) for sort in SORTED_BY for descending in (False, True)]


def _ordering_name(sort: Sort, descending: bool) -> str:  # noqa: FBT001 -- the key of a table, taken apart
    return f"by {sort.value}{' descending' if descending else ''}"


def _sorted_by(sort: Sort, offer: Offer, _: Model) -> object:
    return SORTED_BY[sort](offer)
