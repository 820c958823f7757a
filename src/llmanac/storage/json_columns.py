"""Dataclasses as JSON in a column, read by their own annotations: a new field needs no line here."""

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
    """A value as JSON; a decimal is a string of its digits."""
    return orjson.dumps(value, default=_digits).decode()


def load(kind: type[Stored], text: str) -> Stored:
    """The value of this kind that JSON says. Raises StorageError where it says something else."""
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
