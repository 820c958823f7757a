"""Copies records with other values, as ``dataclasses.replace`` does, in half the time: for copies of whole catalogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

Record = TypeVar("Record")


def copied(record: Record, values: Mapping[str, Any]) -> Record:
    """A copy of a record with these values of fields, by name.

    The record is of a dataclass with slots that checks nothing when it is made: the copy is filled slot by slot.
    """
    kind: type[Any] = type(record)
    read, slots = _slots(kind)  # type: ignore[arg-type]  # -- a class is hashable
    copy: Record = object.__new__(kind)
    for fill, value in zip(slots.values(), read(record), strict=True):
        fill(copy, value)
    for name, value in values.items():
        slots[name](copy, value)
    return copy


@lru_cache
def _slots(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], Mapping[str, Callable[[Any, Any], None]]]:
    """The reader of all fields of a class, and the setter of each, by name."""
    names = [field.name for field in fields(kind)]
    return attrgetter(*names), {name: getattr(kind, name).__set__ for name in names}
