"""The search engine: runs a Query on an Index and returns a Page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap

from llmanac.search.index.index import Index
from llmanac.search.match_tiers import MatchTier, tiers
from llmanac.search.query.query import Query, Sort
from llmanac.search.reading.interpretation import Interpretation
from llmanac.search.reading.interpreter import interpret


class Page(NamedTuple):
    """One page of the offers that match a query."""

    total: int
    """Number of offers that match; the page may hold fewer."""
    numbers: Sequence[int]
    """Document numbers of the offers on the page, in order."""
    reading: Interpretation | None = None
    """Interpretation of the query's text; None without a text."""


def run(query: Query, index: Index) -> Page:
    """Run a query on an index."""
    if query.text is not None:
        return _search(query, query.text, index)
    if query.featured:
        return _featured(query, index)
    if query.sort in (Sort.RELEVANCE, Sort.POPULARITY):
        return _browse(query, index)
    passing = index.filters.matching(query)
    total = len(index) if passing is None else len(passing)
    return Page(total, _sorted(passing, query, index))


def _search(query: Query, text: str, index: Index) -> Page:
    """The offers that match the text, best match first; under another sort, in an order independent of the text."""
    reading = interpret(text, index)
    found = index.filters.narrow(reading.all, query)
    total = len(found)
    if query.sort is not Sort.RELEVANCE:
        return Page(total, _sorted(found, query, index), reading)
    start, end = query.offset, min(query.offset + query.limit, total)
    if query.descending:
        start, end = max(0, total - query.offset - query.limit), total - start
    numbers = _window(found, tiers(found, reading, index), start=start, end=end)
    documents = index.documents.places
    return Page(total, [documents[it] for it in (reversed(numbers) if query.descending else numbers)], reading)


def _window(found: BitMap, tiered: Iterable[tuple[MatchTier, BitMap]], *, start: int, end: int) -> list[int]:
    """The numbers from ``start`` to before ``end``, where each number found stands in its first tier, and in order."""
    window: list[int] = []
    if start >= end:
        return window
    remaining, count = found, 0
    for _, tier in tiered:
        new = remaining & tier
        if not new:
            continue
        before, count = count, count + len(new)
        if start < count:
            # Reading a few numbers from the beginning of a set one by one is faster than slicing it.
            window += islice(new, end - before) if start <= before else new[start - before : end - before]
            if count >= end:
                break
        remaining = remaining - new
    return window


def _sorted(found: BitMap | None, query: Query, index: Index) -> list[int]:
    """The document numbers of the page, in an order independent of the text."""
    documents = index.documents.places
    if query.sort is Sort.POPULARITY:
        ordering, reverse = index.documents, query.descending
    else:
        ordering, reverse = index.orderings[query.sort, query.descending], False
    return [documents[number] for number in ordering.slice(found, query.offset, query.limit, reverse=reverse)]


def _browse(query: Query, index: Index) -> Page:
    """All offers that pass the filters, by popularity, which is the order of document numbers."""
    passing = index.document_filters.matching(query)
    total = len(index) if passing is None else len(passing)
    start, end = query.offset, min(query.offset + query.limit, total)
    if query.descending:
        start, end = max(0, total - end), total - start
    numbers = range(start, end) if passing is None else list(passing[start:end]) if start < end else []
    return Page(total, numbers[::-1] if query.descending else numbers)


def _featured(query: Query, index: Index) -> Page:
    """The offers of the featured set that pass the filters."""
    passing = index.document_filters.matching(query)
    chosen = [document for document in index.featured if passing is None or document in passing]
    if query.sort is Sort.POPULARITY:
        chosen.sort()
    elif query.sort is not Sort.RELEVANCE:
        places = index.orderings[query.sort, query.descending].places
        chosen.sort(key=lambda document: places[index.documents.numbers[document]])
    if query.descending and query.sort in (Sort.RELEVANCE, Sort.POPULARITY):
        chosen.reverse()
    return Page(len(chosen), chosen[query.offset : query.offset + query.limit])
