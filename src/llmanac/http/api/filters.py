"""The catalog's filters where they are asked for without a page: as parameters of a query string, or as JSON."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, create_model

from llmanac.http import parameters
from llmanac.search.query import PARAMETERS, PRESENTATION

MOMENT = "as_of"
"""The parameter that chooses a day of the past: of a whole question, not of its filter."""

FILTERS = tuple(parameter for parameter in PARAMETERS if parameter.name not in PRESENTATION)
NAMES = frozenset(parameter.name for parameter in FILTERS)

_FIELDS: dict[str, Any] = {parameter.name: parameters.field_of(parameter) for parameter in FILTERS}

FilterParameters: type[BaseModel] = create_model("FilterParameters", __config__=ConfigDict(frozen=True), **_FIELDS)
"""What the catalog's endpoint takes, less what chooses a page; ``parameters.question`` says what they mean together."""

CatalogFilter: type[BaseModel] = create_model(
    "CatalogFilter",
    __config__=ConfigDict(frozen=True, extra="forbid"),
    **{name: field for name, field in _FIELDS.items() if name != MOMENT},
)
"""The same without the day, as a part of a question in JSON."""


async def require_filters(request: Request) -> None:
    """A dependency: names of filters alone, and single-valued ones once."""
    parameters.check_names(parameters.split(request.scope["query_string"]), NAMES)
