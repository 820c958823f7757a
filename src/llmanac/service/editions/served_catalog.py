"""An edition as dialects read it, with what they have made of it so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from llmanac.dialects.configs.config import Config
from llmanac.dialects.dialect import Document, MadeDocument, Question
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.catalog import CatalogData
from llmanac.domain.overlaid import OfferOverlay
from llmanac.domain.records import Offer
from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.build import without_collection
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import search

Made = TypeVar("Made")


class ServedEdition:
    """The catalog of an edition, which may be one under a policy; a ServedCatalog."""

    def __init__(self, edition: Edition, made: dict[Callable[..., object], object] | None = None) -> None:
        """``made`` is what functions have made of it before, and of its offers; more is added to it."""
        self.edition = edition
        self._made = {} if made is None else made

    def document(self, document: Document, question: Question) -> MadeDocument:
        """The document for a question. Raises what ``Document.make`` does."""
        with without_collection():
            return MadeDocument(document.make(self, question), self._left_out(document))

    def config(self, config: Config, query: Query) -> MadeDocument:
        """A client's configuration with the offers that a query finds, in their order."""
        with without_collection():
            return config.write(map(self.catalog.offer, search(query, self.edition).numbers), self)

    def _left_out(self, document: Document) -> Mapping[str, int]:
        omission = document.omission
        if omission is None:
            return {}
        if omission not in self._made:
            catalog = self.catalog
            reasons = Counter(omission(offer, catalog) for offer in catalog.offers)
            self._made[omission] = {reason: count for reason, count in reasons.most_common() if reason is not None}
        return cast("Mapping[str, int]", self._made[omission])

    @property
    def catalog(self) -> CatalogData:
        """The records."""
        return self.edition.catalog

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is hidden."""
        return self.edition.is_whole

    @property
    def rows(self) -> Mapping[str, ModelClaims]:
        """LiteLLM's own row for an offer, by offer id."""
        return self.edition.rows

    @property
    def overlaid(self) -> Mapping[str, OfferOverlay]:
        """The statements of overlays about an offer, by its id."""
        return self.edition.overlaid

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id stands for in any spelling. Raises NotFound, and Forbidden for one that is hidden."""
        return self.edition.services.resolver.offer(id)

    def listed(self, id: str) -> Offer | None:  # noqa: A002 -- what is looked up is an id
        """The offer with exactly this id; None for one that is not there, or is hidden."""
        number = self.edition.number_of(id)
        return self.catalog.offer(number) if number is not None and self.edition.shows(id) else None

    def raw_records(self, source: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """A source's records by their own ids, those of hidden offers too."""
        return self.edition.raw_records(source)

    def raw_record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's record with every field as it came; None where there is none."""
        return self.edition.raw_record(source, id)

    def once(self, make: Callable[[ServedCatalog], Made]) -> Made:
        """The result of ``make`` on this catalog, which is made once."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("Made", self._made[make])
