"""DecodeMemo: a cache of decoded records, reused for the unchanged records of the next revision of a feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


class DecodeMemo:
    """A cache of records that were decoded without rejects, each with its JSON object."""

    def __init__(self) -> None:
        self._decoded: dict[str, tuple[Mapping[str, Any], Any]] = {}

    def find(self, where: str, values: Mapping[str, Any]) -> Any:
        """The record that was decoded from equal JSON; None where there is none."""
        decoded = self._decoded.get(where)
        if decoded is None:
            return None
        source, record = decoded
        # Compared as JSON: in Python, True equals 1, and 1 equals 1.0.
        return record if orjson.dumps(source) == orjson.dumps(values) else None

    def keep(self, where: str, values: Mapping[str, Any], record: object) -> None:
        """Keep the record that was decoded from an object."""
        self._decoded[where] = (values, record)
