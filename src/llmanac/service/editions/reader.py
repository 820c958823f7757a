"""Whoever asks, asks the Reader: it holds the current edition, and answers from exactly one."""

from __future__ import annotations

from typing import NamedTuple

from llmanac.dialects.dialect import Dialect
from llmanac.dialects.table import CONTRACT
from llmanac.search import engine
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition


class ListingPage(NamedTuple):
    """The answer to a Query: the entries of one page, encoded and joined as its dialect has them."""

    edition: Edition
    total: int
    length: int
    """Entries in this page."""
    entries: bytes


class Reader:
    """Answers questions from the current edition, which ``publish`` replaces in one assignment."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    @property
    def edition(self) -> Edition:
        return self._edition

    def publish(self, edition: Edition) -> None:
        """Answer from this edition from now on; requests under way keep theirs."""
        self._edition = edition


def browse(edition: Edition, query: Query, dialect: Dialect = CONTRACT) -> ListingPage:
    """The page of an edition's offers that a Query asks for, in a dialect that the edition has been made for."""
    page = engine.run(query, edition.index)
    entries = edition.entries[dialect.name, query.ids].join(page.numbers, dialect.separator)
    return ListingPage(edition, page.total, len(page.numbers), entries)
