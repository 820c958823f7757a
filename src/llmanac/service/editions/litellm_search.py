"""Searches what only LiteLLM lists, in an index of its own that is built when it is first asked for.

So the index of an edition, its size and its answers are those of what models.dev lists. Building takes about 0.4 s,
once for each edition and process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.ingest.merge.litellm_offers import litellm_catalog
from llmanac.search import engine
from llmanac.search.engine import Page
from llmanac.search.facets import FacetIndex, Facets
from llmanac.search.index.index import Index
from llmanac.search.query.query import Query


class LiteLLMSearch:
    """The offers that only LiteLLM lists, and the index of them. Document numbers are those of the whole catalog."""

    def __init__(self, catalog: CatalogData) -> None:
        self._catalog = catalog

    def prepare(self) -> None:
        """Build the index, where that was not done before."""
        len(self.index)

    def run(self, query: Query) -> Page:
        """The page of a query among these offers."""
        page = engine.run(query, self.index)
        return page._replace(numbers=[self.numbers[place] for place in page.numbers])

    def matching(self, query: Query) -> list[int]:
        """The numbers of every offer that matches."""
        return [self.numbers[place] for place in self.facets.matching(query)]

    @cached_property
    def facets(self) -> Facets:
        """Counts the values that a query could be narrowed to, among these offers."""
        return Facets(self.offers, self.index, FacetIndex.of(self.own, self.index))

    @cached_property
    def own(self) -> CatalogData:
        """A catalog of these offers alone, in the order of the index."""
        return litellm_catalog(self._catalog)

    @property
    def offers(self) -> Sequence[Offer]:
        """These offers in the order of the index."""
        return self.own.offers

    @cached_property
    def index(self) -> Index:
        """The index of them."""
        return Index(self.own)

    @cached_property
    def numbers(self) -> Sequence[int]:
        """The number of each of these offers in the whole catalog; there, they are in the order of their ids."""
        first, offers = len(self._catalog.offers), self.offers
        in_order = sorted(range(len(offers)), key=lambda place: offers[place].id)
        numbers = [0] * len(offers)
        for number, place in enumerate(in_order, first):
            numbers[place] = number
        return numbers
