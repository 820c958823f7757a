"""The port of dialects: the catalog of one edition, as far as whoever asks may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from llmanac.domain.catalog import CatalogData
from llmanac.domain.overlaid import OfferOverlay
from llmanac.domain.records import Offer
from llmanac.ingest.layer import ModelClaims

Made = TypeVar("Made")


class ServedCatalog(Protocol):
    """A catalog that a document is made of. Offers that a policy hides are not in it."""

    @property
    def catalog(self) -> CatalogData:
        """The records."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is hidden."""

    @property
    def rows(self) -> Mapping[str, ModelClaims]:
        """LiteLLM's own row for an offer, by offer id."""

    @property
    def overlaid(self) -> Mapping[str, OfferOverlay]:
        """The statements of overlays about an offer, by its id; only of those about which they state something."""

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id stands for in any spelling. Raises NotFound, and Forbidden for one that is hidden."""

    def listed(self, id: str) -> Offer | None:  # noqa: A002 -- what is looked up is an id
        """The offer with exactly this id; None for one that is not there, or is hidden."""

    def raw_records(self, source: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """A source's records by their own ids, those of hidden offers too; for a source whose records have some."""

    def raw_record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's record with every field as it came; None where there is none."""

    def once(self, make: Callable[[ServedCatalog], Made]) -> Made:
        """The result of ``make`` on this catalog, which is made once and shared by its documents."""
