"""Query: a catalog query in normal form."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from llmanac.search.query.filter_kinds import Condition, Interval

DEFAULT_LIMIT = 20
NO_LIMIT = 2**63 - 1
"""The limit of a query for all matches."""


class Sort(StrEnum):
    """Orders of a result; a leading ``-`` means descending. Unknown values come last either way."""

    RELEVANCE = "relevance"
    POPULARITY = "popularity"
    NAME = "name"
    RELEASE_DATE = "release_date"
    CONTEXT = "context"
    PRICE = "price"
    INPUT_PRICE = "input_price"
    OUTPUT_PRICE = "output_price"


SORTS = {sign + sort.value: (sort, bool(sign)) for sort in Sort for sign in ("", "-")}
"""The order of each value of ``sort``, and whether it descends."""


class IdSpelling(StrEnum):
    """The spelling of ids in a response."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"


class ListedBy(StrEnum):
    """The sources whose offers a query searches."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"
    """Offers that LiteLLM alone lists."""
    ANY = "any"


class Query(NamedTuple):
    """A query in normal form: two requests that mean the same are equal. Constructed with keywords only.

    ``text`` is None if blank, else stripped of surrounding space. ``conditions`` are in the order of ``FILTERS``;
    labels are in normal form, without duplicates, synonyms resolved; an unknown one is kept (and matches nothing).

    ``Sort.RELEVANCE`` without a text is the curated order for the featured set, else the static order
    of the catalog. ``RELEVANCE`` and ``POPULARITY`` begin with the best, and ``descending`` turns them round.
    """

    text: str | None = None
    conditions: tuple[Condition, ...] = ()
    featured: bool = False
    sort: Sort = Sort.RELEVANCE
    descending: bool = False
    offset: int = 0
    limit: int = DEFAULT_LIMIT
    ids: IdSpelling = IdSpelling.MODELS_DEV
    listed_by: ListedBy = ListedBy.MODELS_DEV
    """The source whose offers are searched. An Index, which is of those of one source, ignores it."""
    as_of: date | None = None
    """The end of this day, in UTC. An Index, which is of one day, ignores it."""

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels that the query requires of a filter, in alphabetical order."""
        return tuple(it.value for it in self.conditions if it.filter == name and not isinstance(it.value, Interval))

    def interval(self, name: str) -> Interval:
        """The bounds that the query sets for a filter; no bounds where it sets none."""
        found = (it.value for it in self.conditions if it.filter == name and isinstance(it.value, Interval))
        return next(found, Interval())
