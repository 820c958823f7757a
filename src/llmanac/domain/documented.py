"""How a dataclass that leaves the program documents itself: pydantic reads these, and the OpenAPI document shows them.

Nothing here imports pydantic: a dict, and objects that have the methods which it looks for. They compare by identity,
since annotations are hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

DOCUMENTED = {"use_attribute_docstrings": True}
"""``__pydantic_config__`` of a dataclass whose attributes' docstrings describe its fields."""

ANSWER = {**DOCUMENTED, "extra": "forbid"}
"""The same of an answer, which has nothing but what is named."""

WHOLE_ANSWER = {**DOCUMENTED, "json_schema_serialization_defaults_required": True}
"""The same of an answer whose fields have defaults, and are there all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownAs:
    """Annotates a field that the document shows as another type than the code has."""

    type: Any

    def __get_pydantic_core_schema__(self, _source: Any, handler: Any) -> Any:
        return handler.generate_schema(self.type)


@dataclass(frozen=True, slots=True, eq=False)
class JsonSchema:
    """Annotates a field with its JSON schema."""

    schema: dict[str, Any]

    def __get_pydantic_json_schema__(self, _core_schema: Any, _handler: Any) -> dict[str, Any]:
        return dict(self.schema)


Amount = Annotated[Decimal, JsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?$", "examples": ["0.000125"]})]
"""A decimal number as a string, exact to its last digit."""
