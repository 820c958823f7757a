"""What was read of one revision of a feed, for reading the next: most of it is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


class DecodeMemo:
    """Records that were made without fault, each with the object of the feed that it was made of."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Mapping[str, Any], Any]] = {}

    def find(self, where: str, values: Mapping[str, Any]) -> Any:
        """The record that was made of the same JSON; None where there is none."""
        made = self._made.get(where)
        if made is None:
            return None
        of, record = made
        # Compared as JSON: as objects, true equals 1, and 1 equals 1.0.
        return record if orjson.dumps(of) == orjson.dumps(values) else None

    def keep(self, where: str, values: Mapping[str, Any], record: object) -> None:
        """Remember what was made of an object."""
        self._made[where] = (values, record)
