"""The records of feeds as they came: every field, whether it is understood or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from llmanac.ingest.decode import modelsdev
from llmanac.ingest.decode.sources import Feed


class RawRecords:
    """Records by source and id, encoded one after another in one buffer: parsed feeds would take ten times the room."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._places: dict[tuple[str, str], tuple[int, int]] = {}
        buffer = bytearray()
        for feed in feeds:
            for id_, record in _records(feed.name, orjson.loads(feed.text)):
                start = len(buffer)
                buffer += orjson.dumps(record)
                self._places[feed.name, id_] = (start, len(buffer))
        self._buffer = bytes(buffer)

    def record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's record: of models.dev by an offer's id, of others by their own; None where there is none."""
        place = self._places.get((source, id))
        if place is None:
            return None
        record: dict[str, Any] = orjson.loads(self._buffer[slice(*place)])
        return record


def _records(source: str, content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if source != modelsdev.SOURCE:
        yield from ((id_, record) for id_, record in content.items() if isinstance(record, dict))
        return
    for provider, values in content.items():
        models = values.get("models") if isinstance(values, dict) else None
        if isinstance(models, dict):
            yield from ((f"{provider}/{id_}", record) for id_, record in models.items() if isinstance(record, dict))
