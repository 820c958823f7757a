"""The parts of an edition that stay as they are where its catalog is revised: other rules change few of its offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Model, Offer
from llmanac.domain.spelling import aliases_of
from llmanac.search.facets import FacetIndex
from llmanac.search.index.buffers import Buffer, Strings, joined, part_of
from llmanac.search.index.index import Index
from llmanac.search.index.revision import RevisedOffer, Revision
from llmanac.service.editions.tables import Blobs, decoder_of

RATE_CARDS = ("rate cards", "rate card numbers", "rate columns", "limits", "limits numbers", "services")


@dataclass(frozen=True, slots=True)
class RevisedParts:
    """An edition and a revision of its catalog. Each method gives the buffers of a part, or none if it has changed."""

    base: Mapping[str, memoryview]
    """The buffers of the edition."""
    revision: Revision | None
    """None for a catalog with other offers, models or hosts, or another order of offers: then nothing is kept."""

    @classmethod
    def of(cls, catalog: CatalogData, records: Mapping[str, Buffer], base: Mapping[str, memoryview]) -> RevisedParts:
        """The parts of the edition in these buffers, for a catalog of the same feeds with these packed records."""
        others = (name for name in records if not name.startswith("offers."))
        size, ids = len(Blobs.unpack(part_of(base, "offers"))), Strings.unpack(part_of(base, "offer names"))
        is_alike = (
            len(catalog.offers) == size
            and all(offer.id == id_ for offer, id_ in zip(catalog.offers, ids, strict=False))
            and all(base[name] == memoryview(records[name]).cast("B") for name in others)
        )
        return cls(base, Revision(dict(_revised(catalog, records, base))) if is_alike else None)

    def indexes(self, catalog: CatalogData) -> dict[str, Buffer] | None:
        """The index, and that of facets, of which what has changed is built anew."""
        if self.revision is None:
            return None
        before = Index.unpack(part_of(self.base, "index"))
        index = before.revised(catalog, self.revision)
        if index.documents is not before.documents:
            return joined({"index": index, "facets": FacetIndex.of(catalog, index)})
        facets = FacetIndex.unpack(part_of(self.base, "facets"), before)
        return joined({"index": index, "facets": facets.revised(catalog, index, self.revision)})

    def offer_ids(self, overlaid_litellm: Mapping[int, Offer]) -> dict[str, Buffer] | None:
        """The spellings of ids. Of offers that only LiteLLM lists, rules change the aliases."""
        if self.revision is None:
            return None
        overlaid = decoder_of(dict[int, Offer])(self.base["overlaid litellm offers"])
        before = {place: aliases_of(it) for place, it in overlaid.items()}
        after = {place: aliases_of(it) for place, it in overlaid_litellm.items()}
        if {place: it for place, it in before.items() if it} != {place: it for place, it in after.items() if it}:
            return None
        return self._kept(lambda it, _: (it.base, it.litellm, aliases_of(it)), "offer ids")

    def lines(self) -> dict[str, Buffer] | None:
        """The lines of models."""
        return self._kept(lambda it, _: (it.base, it.status, it.first_party), "lines")

    def rate_cards(self) -> dict[str, Buffer] | None:
        """The rate cards and limits."""
        return self._kept(lambda it, _: (it.price, it.limits, it.base, it.first_party), *RATE_CARDS)

    def entries(self, offers: Sequence[Offer], part: str) -> Iterator[bytes | None]:
        """The encoded entry of each offer in a part; None where the offer has changed."""
        if self.revision is None:
            return (None for _ in offers)
        revised = self.revision.offers
        entries = Blobs.unpack(part_of(self.base, part))
        return (None if number in revised else bytes(it) for number, it in enumerate(entries))

    def _kept(self, value_of: Callable[[Offer, Model], Any], *parts: str) -> dict[str, Buffer] | None:
        """Parts of the edition, where this value of each offer is what it was."""
        if self.revision is None or not self.revision.keeps(value_of):
            return None
        return {name: self.base[name] for name in self.base if name.partition(".")[0] in parts}


NO_PARTS = RevisedParts({}, None)
"""The parts that stay where there is no edition of the same feeds."""


def _revised(
    catalog: CatalogData, records: Mapping[str, Buffer], base: Mapping[str, memoryview]
) -> Iterator[tuple[int, RevisedOffer]]:
    """The offers that differ from those of an edition, by document number."""
    before, decode = Blobs.unpack(part_of(base, "offers")), decoder_of(Offer)
    after = Blobs.unpack({name: memoryview(records[f"offers.{name}"]) for name in ("blob", "offsets")})
    for number, (was, is_) in enumerate(zip(before, after, strict=True)):
        if was != is_:
            offer = catalog.offers[number]
            yield number, RevisedOffer(decode(was), offer, catalog.model_of(offer))
