"""A configuration: some offers of the catalog, in the file that a client is configured with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from llmanac.dialects.dialect import MadeDocument
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.records import Offer
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import SCHEMA

QUERY_SCHEMA = SCHEMA.without(frozenset({"offset", "ids"})).with_parameters(
    Parameter(
        name="limit",
        type=int,
        minimum=1,
        title="Limit",
        description="The first so many models. Default: all that match",
    )
)
"""The parameters of the query whose offers a configuration has: the catalog's, without pages."""
SAME_ID = "another model has the same id for the client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A row of the table: the configuration of a client."""

    name: str
    """Its name; lower-case letters and hyphens only."""
    client: str
    """The client, in words."""
    file_name: str
    """The name of the file that the client reads, or to which the lines are added."""
    media_type: str
    omission: Callable[[Offer, ServedCatalog], str | None]
    """Why an offer cannot be in it, in a few words; None for one that can."""
    key: Callable[[Offer, ServedCatalog], str] = lambda offer, _served: offer.id
    """The id of an offer for the client, which has it once; of several offers with one id the first is written."""
    make: Callable[[Sequence[Offer], ServedCatalog], bytes]
    """Makes the file of offers of which each can be in it, with another id."""

    def write(self, offers: Iterable[Offer], served: ServedCatalog) -> MadeDocument:
        """The file for these offers, in their order, with the number of those that are left out."""
        written: dict[str, Offer] = {}
        left_out: Counter[str] = Counter()
        for offer in offers:
            reason = self.omission(offer, served)
            if reason is None and written.setdefault(self.key(offer, served), offer) is not offer:
                reason = SAME_ID
            if reason is not None:
                left_out[reason] += 1
        return MadeDocument(self.make([*written.values()], served), dict(left_out.most_common()))
