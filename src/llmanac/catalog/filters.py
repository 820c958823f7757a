"""The filters of a search as keyword arguments, and the Query that they become."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict, Unpack

from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA as CATALOG_SCHEMA


class SearchFilters(TypedDict, total=False):
    """The filters that narrow a search; one that is None does not apply."""

    provider: str | None
    """Only this provider's offers, by its id or LiteLLM's prefix."""
    capabilities: Iterable[str] | None
    """Offers that have all of these: ``vision``, ``tool_call``, …"""
    open_weights: bool | None
    kind: str | None
    """Offers for one kind of use: ``chat``, ``embedding``, ``image``, …"""
    min_context: int | None
    """Tokens."""
    max_context: int | None
    min_price: float | None
    """USD per million tokens: the larger of input and output price."""
    max_price: float | None
    retires_before: date | str | None
    """Offers with a last day before this one."""
    lab: str | None
    family: str | None
    base: str | None
    """One base model, at every host."""
    status: str | None
    """``deprecated``, ``beta``, ``alpha``."""
    tags: Iterable[str] | None
    """Offers to which the organisation gave all of these tags."""
    region: str | None
    """Offers that process data in this region, as the organisation states it."""
    trains_on_data: bool | None
    retention_days: int | None
    """Offers that keep requests for at most so many days."""
    approved: bool | None
    owner: str | None
    listed_by: str | None
    """The source of the offers: ``models.dev`` (the default), ``litellm`` for what LiteLLM alone lists, or ``any``."""
    featured: bool | None
    """Only the curated set of popular models; counts where there is no text."""


SCHEMA = CATALOG_SCHEMA.without(frozenset({"limit", "offset", "ids", "as_of"}))
"""The parameters of a search: a sequence has pages already, and an offer has its ids in every spelling."""


def query_of(text: str | None, *, sort: str | None = None, **filters: Unpack[SearchFilters]) -> Query:
    """The Query of a text and filters, which are parsed as query parameters are.

    Raises InvalidParameters for a value that is out of bounds, and InvalidRequest for an unknown filter, and for
    bounds that nothing can be between.
    """
    parameters: dict[str, Any] = {"query": text, "sort": sort, **filters}
    return SCHEMA.parse([(name, str(it)) for name, value in parameters.items() for it in _values(value)])


def _values(value: Any) -> Iterable[Any]:
    """The values of a filter: none, one, or several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) or not isinstance(value, Iterable) else value
