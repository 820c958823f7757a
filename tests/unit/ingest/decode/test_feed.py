"""A local file becomes a feed, with a date, and its faults are told with its name."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.sources import SOURCES


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("models-dev-2026-09-30.json.gz", "2026-09-30"),
        ("litellm-2026-11.json.gz", "2026-11"),
        ("api-2026-99.json", "2001-09-09"),
        ("models-2026-02-31.json", "2001-09-09"),
        ("models-2026-02-99.json", "2001-09-09"),
        ("models-2026-02-3.json", "2001-09-09"),
        ("models-0000-01-01.json", "2001-09-09"),
        ("llama-20241-05.json", "2001-09-09"),
        ("llama-2024-051.json", "2001-09-09"),
        ("api-2026-99-of-2026-11-23.json", "2026-11-23"),
        ("api-2026-11-23-1200.json", "2026-11-23"),
        ("api.json", "2001-09-09"),
    ],
)
def test_a_file_is_dated_by_its_name_else_by_when_it_was_written(name: str, stated: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"{}")
    os.utime(path, (1_000_000_000, 1_000_000_000))

    feed = read_feed("models.dev", path)

    assert feed == Feed.of(name="models.dev", origin=str(path), date=stated, data=b"{}")
    assert feed.ref.day.isoformat().startswith(stated)


def test_a_file_that_is_not_there_is_named_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match=r"models\.dev: .*nowhere\.json cannot be read: No such file"):
        read_feed("models.dev", tmp_path / "nowhere.json")


def test_a_folder_is_not_a_feed(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="cannot be read"):
        read_feed("models.dev", tmp_path)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_feed_that_cannot_be_used_is_named_in_the_refusal(name: str) -> None:
    with pytest.raises(InvalidSource, match=rf"^{name} \(/feeds/x\.json\): the feed is empty"):
        Feed.of(name=name, origin="/feeds/x.json", date="2026-01-01", data=b"").decode()


@pytest.mark.slow
def test_a_file_may_be_as_large_as_its_reader_says_and_else_as_large_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "spacious.json.gz"
    path.write_bytes(gzip.compress(b"{" + b" " * MAX_SIZE + b"}", compresslevel=1))
    size = MAX_SIZE + 2

    assert len(read_feed("models.dev", path, largest=size).text) == size
    with pytest.raises(InvalidSource, match=f"larger than {size - 1} bytes"):
        read_feed("models.dev", path, largest=size - 1)
    with pytest.raises(InvalidSource, match=f"larger than {MAX_SIZE} bytes"):
        read_feed("models.dev", path).decode()


def test_bytes_that_are_not_those_recorded_are_refused() -> None:
    feed = Feed.of(b"{}", name="models.dev", origin="x", date="2026-01-01")

    with pytest.raises(InvalidSource, match=r"^models\.dev \(x\): the content is damaged"):
        replace(feed, data=b'{"a": {}}').decode()


def test_a_feed_is_known_by_its_content_however_that_is_packed() -> None:
    plain, packed = (
        Feed.of(data, name="models.dev", origin="x", date="2026-01-01") for data in (b"{}", gzip.compress(b"{}"))
    )

    assert (plain.ref, plain.size) == (packed.ref, packed.size)
    assert plain.text == packed.text == b"{}"
