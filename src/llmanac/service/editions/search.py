"""Searches an edition: what models.dev lists, what LiteLLM alone lists, or both in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from llmanac.search import engine
from llmanac.search.engine import Page
from llmanac.search.facets import FacetCounts, joined_counts
from llmanac.search.index.ordering import SORTED_BY, Value
from llmanac.search.query.query import ListedBy, Query, Sort
from llmanac.search.reading.interpretation import MatchMode
from llmanac.service.editions.edition import Edition


def search(query: Query, edition: Edition) -> Page:
    """The page of offers that a query selects; see ``CatalogData.offer`` for their numbers."""
    if query.listed_by is ListedBy.MODELS_DEV:
        return engine.run(query, edition.index)
    others = edition.services.litellm_search
    if query.listed_by is ListedBy.LITELLM:
        return others.run(query)
    start, end = query.offset, query.offset + query.limit
    both = query._replace(offset=0, limit=end)
    listed, unlisted = engine.run(both, edition.index), others.run(both)
    return Page(
        listed.total + unlisted.total,
        _joined(listed, unlisted, query=query, edition=edition)[start:end],
        listed.reading,
    )


def count_facets(query: Query, edition: Edition) -> FacetCounts:
    """The counts for a query; its sort and page do not matter."""
    services = edition.services
    if query.listed_by is ListedBy.MODELS_DEV:
        return services.facets.count(query)
    others = services.litellm_search.facets.count(query)
    if query.listed_by is ListedBy.LITELLM:
        return others
    return joined_counts(services.facets.count(query), others)


def _joined(listed: Page, unlisted: Page, *, query: Query, edition: Edition) -> list[int]:
    """The numbers of two pages in one order.

    By relevance and popularity, what models.dev lists comes first, unless only the other is found as it was written.
    """
    value_of = SORTED_BY.get(query.sort)
    if value_of is None:
        is_last = _is_forgiven(listed) and not _is_forgiven(unlisted)
        if query.sort is Sort.POPULARITY:
            is_last = query.descending
        pages = (unlisted, listed) if is_last else (listed, unlisted)
        return [number for page in pages for number in page.numbers]
    catalog = edition.catalog
    return list(
        _merged(listed.numbers, unlisted.numbers, lambda it: value_of(catalog.offer(it)), descending=query.descending)
    )


def _is_forgiven(page: Page) -> bool:
    """Returns True if a text matches nothing as it is written."""
    return not page.total or (page.reading is not None and page.reading.mode is not MatchMode.WHOLE)


def _merged(
    first: Sequence[int], second: Sequence[int], value_of: Callable[[int], Value], *, descending: bool
) -> Iterator[int]:
    """Two ordered sequences in one order; of equals, those of the first sequence come first."""
    others = list(second)
    place = 0
    for number in first:
        value = value_of(number)
        while place < len(others) and _precedes(value_of(others[place]), value, descending=descending):
            yield others[place]
            place += 1
        yield number
    yield from others[place:]


def _precedes(value: Value, other: Value, *, descending: bool) -> bool:
    """Whether a value comes before another; unknown ones come last in both directions."""
    if value is None or other is None:
        return other is None and value is not None
    return value > other if descending else value < other  # type: ignore[operator]  # -- values of one sort are of one type
