"""The records of feeds as they came."""

from __future__ import annotations

import orjson
import pytest

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import EntryLayout
from llmanac.ingest.guard.raw_records import raw_records

NESTED = {
    "one": {"name": "One", "models": {"a": {"cost": {"input": 1e-06}, "new": [1, None]}, "b/c": {}, "text": "no"}},
    "bare": {"name": "without models"},
    "list": [],
    "odd": {"models": ["a"]},
    "none": None,
}
FLAT = {"é": {"mode": "chat"}, "number": 5, "list": [{}], "x/y": {"text": "\n"}}


def read(content: object, layout: EntryLayout, *, indent: bool = False) -> dict[str, object]:
    text = orjson.dumps(content, option=orjson.OPT_INDENT_2 if indent else None)
    feed = Feed.of(text, name="models.dev", origin="test", date="2026-11-01")
    return {id_: orjson.loads(record) for id_, record in raw_records(feed, layout)}


@pytest.mark.parametrize("indent", [False, True])
def test_records_by_provider_have_the_ids_of_offers(*, indent: bool) -> None:
    assert read(NESTED, EntryLayout.BY_PROVIDER, indent=indent) == {
        "one/a": {"cost": {"input": 1e-06}, "new": [1, None]},
        "one/b/c": {},
    }


@pytest.mark.parametrize("indent", [False, True])
def test_flat_records_have_their_own_ids(*, indent: bool) -> None:
    assert read(FLAT, EntryLayout.FLAT, indent=indent) == {"é": {"mode": "chat"}, "x/y": {"text": "\n"}}


def test_records_of_an_indented_feed_take_no_more_room() -> None:
    text = orjson.dumps(FLAT, option=orjson.OPT_INDENT_2)
    feed = Feed.of(text, name="models.dev", origin="test", date="2026-11-01")
    assert dict(raw_records(feed, EntryLayout.FLAT))["é"] == b'{"mode":"chat"}'
