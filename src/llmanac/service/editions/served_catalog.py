"""An edition as dialects read it, with what they have made of it so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.ingest.layer import ModelClaims, SourceClaims
from llmanac.service.editions.edition import Edition

Made = TypeVar("Made")


class ServedEdition:
    """The catalog of an edition, which may be one under a policy; a ServedCatalog."""

    def __init__(self, edition: Edition, made: dict[Callable[[ServedCatalog], object], object] | None = None) -> None:
        """``made`` is what has been made of it before; more is added to it."""
        self.edition = edition
        self._made = {} if made is None else made

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
    def claims(self) -> Mapping[str, tuple[SourceClaims, ...]]:
        """The claims of an offer in the order of the sources, by offer id."""
        return self.edition.claims

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id stands for in any spelling. Raises NotFound, and Forbidden for one that is hidden."""
        return self.edition.services.resolver.offer(id)

    def raw_ids(self, source: str) -> Iterable[str]:
        """The ids of a source's records, those of hidden offers too."""
        return self.edition.raw_ids(source)

    def raw_record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's record with every field as it came; None where there is none."""
        return self.edition.raw_record(source, id)

    def once(self, make: Callable[[ServedCatalog], Made]) -> Made:
        """The result of ``make`` on this catalog, which is made once."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("Made", self._made[make])
