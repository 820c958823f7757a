"""The docstrings of a dataclass's attributes become the descriptions of its fields."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from llmanac.domain.documented import DOCUMENTED, attribute_docstrings


@dataclass(frozen=True)
class Named:
    """Something with a name."""

    __pydantic_config__ = DOCUMENTED

    name: str
    """Its name,
    in two lines."""
    undescribed: int
    described: Annotated[int, Field(description="Said here.")]
    """Not said again."""


@dataclass(frozen=True)
class Priced(Named):
    """Something with a price."""

    price: float
    """USD."""
    other: Named | None = None
    """Another."""


def test_fields_are_described_by_docstrings_those_of_the_parent_too() -> None:
    properties = TypeAdapter(Priced).json_schema()["properties"]

    described = {name: it.get("description") for name, it in properties.items()}

    assert described == {
        "name": "Its name,\nin two lines.",
        "undescribed": None,
        "described": "Said here.",
        "price": "USD.",
        "other": "Another.",
    }


def test_a_module_without_source_documents_nothing() -> None:
    assert attribute_docstrings(inspect.getmodule(int)) == {}
    assert attribute_docstrings(None) == {}
