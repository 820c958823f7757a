"""Dataclasses as JSON in a text column, written and read by their annotations."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from llmanac.errors import StorageError
from llmanac.storage.db_errors import DAMAGED

Stored = TypeVar("Stored")


def dump(value: object) -> str:
    """Serialize a value as JSON; a Decimal becomes a string of its digits."""
    return orjson.dumps(value, default=_digits).decode()


def load(kind: type[Stored], text: str) -> Stored:
    """Parse JSON as a value of this type. Raises StorageError where it does not match the type."""
    try:
        value: Stored = _adapter(kind).validate_json(text)  # type: ignore[arg-type]  # -- a type can be hashed
    except ValidationError as error:
        raise StorageError(DAMAGED) from error
    return value


def _digits(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@cache  # an adapter takes some milliseconds to make
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
