"""The services that answer from the tables of an edition, each created at its first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

import orjson

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.overlaid import OfferOverlay
from llmanac.domain.records import Limits, Offer
from llmanac.ingest.layer import SourceClaims
from llmanac.search.facets import FacetIndex, Facets
from llmanac.search.index.buffers import Strings, part_of
from llmanac.search.index.index import Index
from llmanac.search.query.query import ListedBy, Query
from llmanac.service.editions.litellm_search import LiteLLMSearch
from llmanac.service.editions.tables import KeyedRecords, Records, decoder_of
from llmanac.service.offers.alternative_pool import AlternativePool
from llmanac.service.offers.alternatives import Alternatives
from llmanac.service.offers.estimator import Estimator
from llmanac.service.offers.offer_ids import OfferIds
from llmanac.service.offers.past_offers import PastOffers
from llmanac.service.offers.rate_cards import RateCard, RateCards
from llmanac.service.offers.rate_columns import RateColumns
from llmanac.service.offers.replaced_offers import ReplacedOffers
from llmanac.service.offers.resolution import Found
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.successors import Lines, Successors
from llmanac.service.offers.validation import Validator


class EditionServices:
    """The services of one edition. They refer to its tables, not to the edition, which must be freed when released."""

    def __init__(
        self,
        buffers: Mapping[str, memoryview],
        *,
        catalog: CatalogData,
        claims: Mapping[str, tuple[SourceClaims, ...]],
        index: Index,
    ) -> None:
        self._buffers = buffers
        self._catalog = catalog
        self._claims = claims
        self._index = index

    @cached_property
    def resolver(self) -> Resolver:
        """Finds offers by any spelling of their ids."""
        return Resolver(
            self._catalog,
            self._index,
            OfferIds.unpack(self._part("offer ids")),
            past=PastOffers(days={source.ref.name: source.ref.day for source in self._catalog.sources}),
            row_id=self._row_id,
        )

    @cached_property
    def facets(self) -> Facets:
        """Counts what queries could be narrowed to."""
        return Facets(self._catalog.offers, self._index, FacetIndex.unpack(self._part("facets"), self._index))

    @cached_property
    def litellm_search(self) -> LiteLLMSearch:
        """Searches what only LiteLLM lists."""
        return LiteLLMSearch(self._catalog)

    @cached_property
    def successors(self) -> Successors:
        """Suggests successors for offers that are being retired."""
        return Successors(
            self._catalog.offers,
            self._lines(),
            today=max((source.ref.day for source in self._catalog.sources), default=date.min),
            find_offer=self._find_offer,
        )

    def _lines(self) -> Lines:
        return Lines.unpack(self._part("lines"))

    def _find_offer(self, id_: str) -> Offer | None:
        """The offer with an id in any spelling; None where there is none."""
        found = self.resolver.resolve(id_)
        return found.offer if isinstance(found, Found) else None

    @cached_property
    def validator(self) -> Validator:
        """Validates ids."""
        overlaid = KeyedRecords.unpack(self._part("overlaid"), decoder_of(OfferOverlay))
        return Validator(self._catalog, resolver=self.resolver, successors=self.successors, overlaid=overlaid)

    @cached_property
    def estimator(self) -> Estimator:
        """Ranks offers by the cost of a workload."""
        return Estimator(self._catalog, self._rate_cards, resolver=self.resolver, matching=self._matching)

    @cached_property
    def alternatives(self) -> Alternatives:
        """Finds what could take the place of a model."""
        return Alternatives(
            self._catalog,
            ids=self._ids,
            replaced=ReplacedOffers(resolver=self.resolver, successors=self.successors),
            estimator=self.estimator,
            pools={
                ListedBy.MODELS_DEV: lambda: (self._listed_pool,),
                ListedBy.LITELLM: lambda: (self._unlisted_pool,),
                ListedBy.ANY: lambda: (self._listed_pool, self._unlisted_pool),
            },
        )

    @cached_property
    def _listed_pool(self) -> AlternativePool:
        return AlternativePool(self._index, self.facets, ids=self._ids)

    @cached_property
    def _unlisted_pool(self) -> AlternativePool:
        others = self.litellm_search
        return AlternativePool(others.index, others.facets, ids=self._ids, numbers=others.numbers)

    @cached_property
    def _ids(self) -> Sequence[str]:
        """The ids of all offers by document number, those that only LiteLLM lists last."""
        return Strings.unpack(self._part("offer names"))

    def _matching(self, query: Query) -> Sequence[int]:
        """The numbers of all offers that match, whichever source lists them."""
        listed = self.facets.matching(query) if query.listed_by is not ListedBy.LITELLM else ()
        if query.listed_by is ListedBy.MODELS_DEV:
            return listed
        return [*listed, *self.litellm_search.matching(query)]

    @cached_property
    def _rate_cards(self) -> RateCards:
        return RateCards(
            cards=Records(self._part("rate cards"), decoder_of(RateCard)),
            card_numbers=self._buffers["rate card numbers"].cast("I"),
            columns=RateColumns.unpack(self._part("rate columns")),
            limits=Records(self._part("limits"), decoder_of(Limits)),
            limits_numbers=self._buffers["limits numbers"].cast("I"),
            services=frozenset(orjson.loads(self._buffers["services"])),
        )

    def _row_id(self, offer: Offer) -> str | None:
        """The id of LiteLLM's row for an offer; None where it has none."""
        if offer.listed_by == LITELLM:
            return offer.litellm.id if offer.litellm else None
        return next((it.claims.id for it in self._claims[offer.id] if it.source == LITELLM), None)

    def _part(self, name: str) -> dict[str, memoryview]:
        return part_of(self._buffers, name)
