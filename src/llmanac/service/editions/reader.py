"""Holds the current edition for all who read from it, and lists its offers."""

from __future__ import annotations

from typing import NamedTuple

from llmanac.dialects.dialect import Dialect
from llmanac.dialects.table import CONTRACT
from llmanac.search import engine
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition


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


def browse(edition: Edition, query: Query, dialect: Dialect = CONTRACT) -> ListingPage:
    """List the page of offers that a query selects, in a dialect that the edition was built for."""
    page = engine.run(query, edition.index)
    entries = edition.entries[dialect.name, query.ids].join(page.numbers, dialect.separator)
    return ListingPage(edition, page.total, len(page.numbers), entries)
