"""The records of feeds as they came: every field, whether it is understood or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import EntryLayout


def raw_records(feed: Feed, layout: EntryLayout) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each record of a feed with its id: an offer's where they lie by provider, else its own."""
    content: dict[str, Any] = orjson.loads(feed.text)
    if layout is EntryLayout.FLAT:
        yield from ((id_, record) for id_, record in content.items() if isinstance(record, dict))
        return
    for provider, values in content.items():
        models = values.get("models") if isinstance(values, dict) else None
        if isinstance(models, dict):
            yield from ((f"{provider}/{id_}", record) for id_, record in models.items() if isinstance(record, dict))
