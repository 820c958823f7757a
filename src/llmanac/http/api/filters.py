"""The catalog's filters as a part of a question in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from llmanac.http.parameters import json_field
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import FILTER_SCHEMA

MOMENT = frozenset({"as_of"})
"""The parameter that chooses a day of the past: of a whole question, not of its filter."""


def filter_model(parameters: Iterable[Parameter]) -> type[BaseModel]:
    """A model of these parameters; ``QuerySchema.build`` makes a Query of its fields."""
    fields: dict[str, Any] = {parameter.name: json_field(parameter) for parameter in parameters}
    return create_model("CatalogFilter", __config__=ConfigDict(frozen=True, extra="forbid"), **fields)


CatalogFilter = filter_model(FILTER_SCHEMA.without(MOMENT).parameters)
