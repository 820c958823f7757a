"""The levels of effort that a host takes, by models.dev's own record of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.records import Offer


def effort_levels(offer: Offer, served: ServedCatalog) -> list[str]:
    """The levels by name, in the order of the record; empty where none are stated."""
    options = (served.raw_record(MODELS_DEV, offer.id) or {}).get("reasoning_options")
    stated = [_values(option) for option in options] if isinstance(options, list) else []
    return [value for values in stated for value in values if isinstance(value, str)]


def _values(option: object) -> list[Any]:
    values = option.get("values") if isinstance(option, Mapping) and option.get("type") == "effort" else None
    return values if isinstance(values, list) else []
