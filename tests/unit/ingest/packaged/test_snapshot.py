"""The snapshot in the package is what its manifest says, and can be built again to the byte."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.packaged.snapshot import (
    MANIFEST,
    build_snapshot,
    embedded_feeds,
    open_snapshot,
    read_manifest,
    without_prose,
    write_snapshot,
)

from ..conftest import MODEL, feed_of

ROWS = orjson.dumps({"gpt-5": {"litellm_provider": "openai", "source": "https://example.com"}})


def feeds(**model: Any) -> list[Feed]:
    return [
        Feed.of(name="models.dev", origin="a", date="2026-09-30", data=feed_of({"m": {**MODEL, **model}})),
        Feed.of(name="litellm", origin="b", date="2026-11", data=gzip.compress(ROWS)),
    ]


def test_the_package_carries_both_feeds_dated_and_licensed() -> None:
    found = embedded_feeds()

    assert [(feed.name, feed.ref.origin, feed.ref.date) for feed in found] == [
        ("litellm", "embedded", "2026-11"),
        ("models.dev", "embedded", "2026-09-30"),
    ]
    for feed in found:
        layer = feed.decode()
        assert layer.size > 4000


def test_what_was_written_opens_again(tmp_path: Path) -> None:
    write_snapshot(build_snapshot(feeds()), tmp_path / "new" / "folder")

    opened = open_snapshot(tmp_path / "new" / "folder")
    manifest = {entry.ref.name: entry for entry in read_manifest(tmp_path / "new" / "folder")}

    assert [(feed.name, feed.ref.date) for feed in opened] == [("litellm", "2026-11"), ("models.dev", "2026-09-30")]
    for feed in opened:
        layer = feed.decode()
        assert (manifest[feed.name].ref.sha256, manifest[feed.name].records) == (layer.sha256, layer.size)
        assert manifest[feed.name].licence == "MIT"
        assert manifest[feed.name].source.startswith("https://")


def test_the_same_feeds_give_the_same_bytes_in_whatever_order_and_packing() -> None:
    one, other = feeds(), feeds()
    packed = [Feed.of(name=it.name, origin="c", date=it.ref.date, data=gzip.compress(it.data)) for it in one[:1]]

    assert build_snapshot(one) == build_snapshot([other[1], *packed])


def test_prose_is_left_out_and_everything_else_kept() -> None:
    told = feed_of({"m": {**MODEL, "description": "A model."}, "odd": 3}, description="A provider.")

    assert orjson.loads(without_prose(told)) == orjson.loads(feed_of({"m": MODEL, "odd": 3}))


def test_a_feed_that_cannot_be_read_makes_no_snapshot() -> None:
    with pytest.raises(InvalidSource, match="no provider with models"):
        build_snapshot([Feed.of(name="models.dev", origin="x", date="2026-01-01", data=b'{"a": {}}')])


def test_a_file_that_differs_from_the_manifest_is_refused(tmp_path: Path) -> None:
    files = build_snapshot(feeds())
    write_snapshot({**files, "models.dev.json.gz": files["models.dev.json.gz"] + b"\0"}, tmp_path)

    with pytest.raises(InvalidSource, match=r"models\.dev\.json\.gz is not what its manifest says"):
        open_snapshot(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    files = build_snapshot(feeds())
    write_snapshot({name: content for name, content in files.items() if not name.startswith("litellm")}, tmp_path)

    with pytest.raises(InvalidSource, match=r"litellm\.json\.gz is missing"):
        open_snapshot(tmp_path)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"feeds": [{"name": "x"}]}', b'{"feeds": 3}'])
def test_a_damaged_manifest_is_refused(manifest: bytes, tmp_path: Path) -> None:
    tmp_path.joinpath(MANIFEST).write_bytes(manifest)

    with pytest.raises(InvalidSource, match="missing or damaged"):
        open_snapshot(tmp_path)


@pytest.mark.slow
def test_the_embedded_snapshot_is_what_the_recorded_feeds_give(shared_data: Path) -> None:
    recorded = [
        read_feed("models.dev", shared_data / "models-dev-2026-09-30.json.gz"),
        read_feed("litellm", shared_data / "litellm-2026-11.json.gz"),
    ]

    rebuilt = {entry.ref.name: entry.ref.sha256 for entry in _entries(build_snapshot(recorded))}
    embedded = {feed.name: feed.decode().sha256 for feed in embedded_feeds()}

    assert rebuilt == embedded


def _entries(files: dict[str, bytes]) -> Any:
    class Folder:
        def joinpath(self, name: str) -> Any:
            return type("File", (), {"read_bytes": lambda _: files[name]})()

    return read_manifest(Folder())  # type: ignore[arg-type]  # -- a folder as far as it is read
