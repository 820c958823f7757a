"""The raw records of feeds: every field as the source wrote it, known or unknown."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import EntryLayout


class _Provider(msgspec.Struct):
    """A provider of a feed; its other fields are skipped."""

    models: dict[str, msgspec.Raw] = {}


_read_entries = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_provider = msgspec.json.Decoder(_Provider).decode


def raw_records(feed: Feed, layout: EntryLayout) -> Iterator[tuple[str, bytes]]:
    """The JSON of each record of a feed, with its id: ``provider/model`` in a layout by provider, else its key.

    The text of the feed is sliced, not parsed into objects: four times as fast.
    """
    text = feed.text
    if b"\n" in text:  # written for people: indentation doubles the size
        text = msgspec.json.format(text, indent=-1)
    content = _read_entries(text)
    if layout is EntryLayout.FLAT:
        yield from _objects(content)
        return
    for provider, values in content.items():
        try:
            models = _read_provider(values).models
        except msgspec.ValidationError:  # not an object, or its models are not
            continue
        yield from ((f"{provider}/{id_}", record) for id_, record in _objects(models))


def _objects(records: dict[str, msgspec.Raw]) -> Iterator[tuple[str, bytes]]:
    """The records that are objects."""
    for id_, raw in records.items():
        record = bytes(raw)
        if record.startswith(b"{"):
            yield id_, record
