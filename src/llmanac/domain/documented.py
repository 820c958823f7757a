"""Pydantic configuration and annotations by which dataclasses document themselves in the OpenAPI document.

Nothing here imports pydantic: these are dicts, and objects with the methods that pydantic looks for. The objects
compare by identity, since annotations are hashed.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Annotated, Any


def describe_fields(schema: dict[str, Any], documented: type) -> None:
    """Add the docstrings of a dataclass's attributes to its JSON schema, as the descriptions of its fields.

    Pydantic's own ``use_attribute_docstrings`` reads the source of each class when the class is first used, which was
    a fifth of a start; this reads it when the OpenAPI document is made.
    """
    for cls in documented.__mro__:
        docstrings = attribute_docstrings(inspect.getmodule(cls)).get(cls.__qualname__, {})
        for name in schema["properties"].keys() & docstrings.keys():
            schema["properties"][name].setdefault("description", docstrings[name])


@cache
def attribute_docstrings(module: ModuleType | None) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of the attributes of a module's classes, by the names of both; empty where it has no source."""
    try:
        source = inspect.getsource(module) if module else ""
    except (OSError, TypeError):
        return {}
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {node.name: dict(_docstrings(node)) for node in classes}


def _docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Each annotated attribute that a string stands under, with that string."""
    for attribute, below in pairwise(node.body):
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
            case _:
                pass


DOCUMENTED = {"json_schema_extra": describe_fields}
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
