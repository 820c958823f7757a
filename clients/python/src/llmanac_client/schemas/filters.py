"""The filters of the catalog, as keyword arguments."""

# Written by `make client-schemas`.

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict


class CatalogFilters(TypedDict, total=False):
    """The filters of a search; None is as good as none."""

    provider: str | None
    """Restrict catalog results to a single provider."""
    capabilities: Sequence[str] | None
    """Require one or more model capabilities."""
    open_weights: bool | None
    """Restrict results by open-weights availability."""
    kind: str | None
    """Restrict results to models of one kind of use."""
    min_context: int | None
    """Minimum context window."""
    max_context: int | None
    """Maximum context window."""
    min_price: float | None
    """Minimum max token price across input/output."""
    max_price: float | None
    """Maximum max token price across input/output."""
    retires_before: date | None
    """Only what has a last day before this one, or has ended: YYYY-MM-DD."""
    lab: str | None
    """Restrict results to models of one lab."""
    family: str | None
    """Restrict results to one family of models."""
    base: str | None
    """Restrict results to one base model, at every host."""
    status: str | None
    """Restrict results to models with a status, such as deprecated."""
    tags: Sequence[str] | None
    """Require one or more of the organisation's tags."""
    region: str | None
    """Only what keeps data in this region, as the organisation states it."""
    trains_on_data: bool | None
    """Whether the host trains models on requests, as the organisation states it."""
    retention_days: int | None
    """Only what keeps requests for at most so many days, as the organisation states it."""
    approved: bool | None
    """Whether the organisation has approved the use of the model."""
    owner: str | None
    """Restrict results to models of one owner."""
    featured: bool
    """Return a curated LiteLLM-compatible popular-model set when no query is provided."""
    listed_by: str | None
    """Whose offers to search: those that models.dev lists, those that LiteLLM alone lists, or any. Default:
    models.dev.
    """
