"""The catalog's filters as part of a JSON body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from llmanac.http.parameters import json_field
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import FILTER_SCHEMA

NOT_FILTERS = frozenset({"as_of"})
"""The parameter for a past day, which belongs to the whole request and not to its filter."""


def filter_model(parameters: Iterable[Parameter]) -> type[BaseModel]:
    """A model of these parameters, whose fields ``QuerySchema.build`` turns into a Query."""
    fields: dict[str, Any] = {parameter.name: json_field(parameter) for parameter in parameters}
    return create_model("CatalogFilter", __config__=ConfigDict(frozen=True, extra="forbid"), **fields)


CatalogFilter = filter_model(FILTER_SCHEMA.without(NOT_FILTERS).parameters)
