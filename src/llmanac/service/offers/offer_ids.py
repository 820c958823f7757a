"""The ids of offers, by every spelling in which a source states them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from llmanac.domain.naming import fold
from llmanac.domain.records import Offer
from llmanac.domain.spelling import aliases_of, litellm_spelling
from llmanac.ingest.layer import LiteLLMListing, ModelClaims
from llmanac.search.index.buffers import Buffer, Keys, joined, part_of

NO_OFFERS: Mapping[int, Offer] = {}
NO_ROWS: Mapping[str, ModelClaims] = {}


class OfferIds:
    """Document numbers by every spelling of an offer's id, case, width and outer space aside.

    Keys are digests, which may collide: a lookup compares the text with the offer's own.
    """

    __slots__ = ("by_alias", "by_base", "by_id", "by_litellm_id", "by_model", "by_row")

    def __init__(
        self, *, by_alias: Keys, by_base: Keys, by_id: Keys, by_litellm_id: Keys, by_model: Keys, by_row: Keys
    ) -> None:
        self.by_alias = by_alias
        """By the names that the organisation itself gives them."""
        self.by_base = by_base
        """By the key of the base model, as it is; without what only LiteLLM lists."""
        self.by_id = by_id
        self.by_litellm_id = by_litellm_id
        """By the id that LiteLLM calls."""
        self.by_model = by_model
        self.by_row = by_row
        """By the id of the row in LiteLLM's map, which may lack its prefix."""

    @classmethod
    def of(
        cls,
        offers: Sequence[Offer],
        *,
        rows: Mapping[str, ModelClaims] = NO_ROWS,
        litellm: Iterable[LiteLLMListing] = (),
        overlaid_litellm: Mapping[int, Offer] = NO_OFFERS,
    ) -> OfferIds:
        """The ids of a catalog's offers, with LiteLLM's rows for them, and of the rows that it alone lists.

        ``overlaid_litellm`` are those of the latter that overlays have changed, by document number.
        """
        called = ((litellm_spelling(offer), number) for number, offer in enumerate(offers))
        listings = list(enumerate(litellm, len(offers)))
        own_rows = (
            (fold(rows[offer.id].id), number)
            for number, offer in enumerate(offers)
            if offer.id in rows and offer.litellm is not None and offer.litellm.primary
        )
        by_row = [(fold(it.row.id), number) for number, it in listings]
        return cls(
            by_alias=Keys.of(
                (fold(alias), number)
                for number, offer in chain(enumerate(offers), overlaid_litellm.items())
                for alias in aliases_of(offer)
            ),
            by_base=Keys.of((offer.base, number) for number, offer in enumerate(offers)),
            by_id=Keys.of(
                chain(
                    ((fold(offer.id), number) for number, offer in enumerate(offers)),
                    ((fold(it.id), number) for number, it in listings),
                )
            ),
            by_litellm_id=Keys.of((fold(id_), number) for id_, number in called if id_ is not None),
            by_model=Keys.of(
                chain(
                    ((fold(offer.model), number) for number, offer in enumerate(offers)),
                    ((fold(it.model), number) for number, it in listings),
                )
            ),
            by_row=Keys.of(chain(own_rows, by_row)),
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> OfferIds:
        """The ids that these buffers hold."""
        return cls(**{name: Keys.unpack(part_of(buffers, name)) for name in cls.__slots__})

    def pack(self) -> Mapping[str, Buffer]:
        """The ids as buffers."""
        return joined({name: getattr(self, name) for name in self.__slots__})
