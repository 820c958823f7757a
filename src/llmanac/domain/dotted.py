"""Dotted names: the values of nested objects, each by its keys from the top on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def leaves(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested objects by dotted name; lists, and objects without keys, are values."""
    for key, item in record.items():
        if isinstance(item, dict) and item:
            yield from leaves(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item
