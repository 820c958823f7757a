"""Pydantic configuration and annotations by which dataclasses document themselves in the OpenAPI document.

Nothing here imports pydantic: these are dicts, and objects with the methods that pydantic looks for. The objects
compare by identity, since annotations are hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

DOCUMENTED = {"use_attribute_docstrings": True}
"""``__pydantic_config__`` of a dataclass whose attributes' docstrings describe its fields."""

ANSWER = {**DOCUMENTED, "extra": "forbid"}
"""``__pydantic_config__`` of a response, which has no fields but the named ones."""

WHOLE_ANSWER = {**DOCUMENTED, "json_schema_serialization_defaults_required": True}
"""``__pydantic_config__`` of a response whose fields have defaults, and are always present."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownAs:
    """Annotates a field with the type that the OpenAPI document shows in place of the code's."""

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
