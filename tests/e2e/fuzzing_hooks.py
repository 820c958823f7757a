"""What the fuzzer has to be told: lines of JSON and archives are sent as they are."""

from __future__ import annotations

import schemathesis
from schemathesis import SerializationContext


@schemathesis.serializer("application/x-ndjson", "application/gzip")
def as_it_is(_: SerializationContext, value: object) -> bytes:
    """The text, or what was made in its place, as bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
