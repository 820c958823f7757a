"""Holds the current edition for all who read from it, and lists its offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from llmanac.dialects.dialect import QueriedDialect
from llmanac.dialects.table import CONTRACT
from llmanac.domain.spelling import litellm_spelling
from llmanac.search.index.buffers import Buffer
from llmanac.search.query.query import IdSpelling, ListedBy, Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import search


class ListingPage(NamedTuple):
    """A page of a listing: its entries, encoded and joined in the format of a dialect."""

    edition: Edition
    total: int
    length: int
    """The number of entries in this page."""
    entries: bytes


class Reader:
    """Holds the current edition, which ``publish`` replaces in one assignment."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    @property
    def edition(self) -> Edition:
        return self._edition

    def publish(self, edition: Edition) -> None:
        """Make an edition the current one; requests under way keep theirs."""
        self._edition = edition


def browse(edition: Edition, query: Query, dialect: QueriedDialect = CONTRACT) -> ListingPage:
    """List the page of offers that a query selects, in a dialect that the edition was built for."""
    page = search(query, edition)
    if query.listed_by is ListedBy.MODELS_DEV:
        entries = edition.entries[dialect.name, query.ids].join(page.numbers, dialect.separator)
    else:
        entries = dialect.separator.join(_entries(page.numbers, edition, ids=query.ids, dialect=dialect))
    return ListingPage(edition, page.total, len(page.numbers), entries)


def _entries(numbers: Iterable[int], edition: Edition, *, ids: IdSpelling, dialect: QueriedDialect) -> Iterator[Buffer]:
    """The entries of offers that any source lists; those that only LiteLLM does are encoded when they are read."""
    kept = edition.entries[dialect.name, ids]
    for number in numbers:
        if number < edition.size:
            yield kept[number]
        else:
            offer = edition.catalog.offer(number)
            yield dialect.encode(offer, (litellm_spelling(offer) if ids is IdSpelling.LITELLM else None) or offer.id)
