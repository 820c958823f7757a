"""Parts of documents that are encoded as soon as they are made, so that no document is in memory as objects, whole."""

from __future__ import annotations

from typing import Any

import orjson


def encoded(value: Any) -> orjson.Fragment:
    """A value as JSON, for a document that it will be a part of."""
    # A copy: what orjson returns pins several kilobytes for as long as it is kept.
    return orjson.Fragment(bytes(memoryview(orjson.dumps(value))))
