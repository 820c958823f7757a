"""The embedded snapshot: feeds in the package, so that there is a catalog at once and without a network.

A snapshot is one gzip file per feed and a ``manifest.json`` with the origin, date, licence and hash of each. The build
is reproducible: the same feeds give the same bytes. Prose descriptions are left out: they are half of the size, and
nothing uses them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from llmanac.domain.feed import FeedRef
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import pack, unpack
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES

FEEDS = Path(__file__).parent / "feeds"
MANIFEST = "manifest.json"
ORIGIN = "embedded"

REF_FIELDS = ("name", "date", "sha256")
"""The fields of a FeedRef in a manifest; the origin is the same for all of its entries."""

PROSE = "description"
"""The key that is left out of records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """The entry of a feed in a snapshot's manifest."""

    ref: FeedRef
    file: str
    source: str
    """The address at which it was published."""
    licence: str
    records: int
    size: int
    """Size of the uncompressed content, in bytes."""
    file_sha256: str
    """The SHA-256 of the gzip file, in hexadecimal digits."""


def embedded_feeds() -> tuple[Feed, ...]:
    """The feeds in the package. Raises InvalidSource where they differ from the manifest."""
    return open_snapshot(FEEDS)


def open_snapshot(folder: Path) -> tuple[Feed, ...]:
    """The feeds of a snapshot. Raises InvalidSource where one is missing, or differs from the manifest."""
    return tuple(_open_feed(folder, entry) for entry in read_manifest(folder))


def read_manifest(folder: Path) -> tuple[ManifestEntry, ...]:
    """The manifest of a snapshot. Raises InvalidSource where it is missing or damaged."""
    try:
        stated = orjson.loads(folder.joinpath(MANIFEST).read_bytes())
        return tuple(ManifestEntry(**decode_entry(feed, origin=ORIGIN)) for feed in stated["feeds"])
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise InvalidSource(f"the snapshot's {MANIFEST} is missing or damaged; install the package anew.") from error


def build_snapshot(feeds: Iterable[Feed]) -> dict[str, bytes]:
    """The files of a snapshot of these feeds, by name. Raises InvalidSource for a feed that cannot be read."""
    files: dict[str, bytes] = {}
    entries: list[ManifestEntry] = []
    for feed in sorted(feeds, key=lambda feed: feed.name):
        text = without_prose(unpack(feed.data))
        lean = Feed.of(pack(text), name=feed.name, origin=ORIGIN, date=feed.ref.date)
        entry = ManifestEntry(
            ref=lean.ref,
            file=f"{feed.name.replace('/', '-')}.json.gz",
            source=SOURCES[feed.name].home,
            licence=SOURCES[feed.name].licence,
            records=lean.decode().size,
            size=lean.size,
            file_sha256=hashlib.sha256(lean.data).hexdigest(),
        )
        files[entry.file] = lean.data
        entries.append(entry)
    files[MANIFEST] = encode_manifest({"feeds": entries})
    return files


def write_snapshot(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a snapshot to a folder, which is created if it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content)


def without_prose(text: bytes) -> bytes:
    """The JSON of a feed without descriptions, compact and with sorted keys."""
    content = orjson.loads(text)
    for provider in content.values():
        _drop_prose(provider)
        for model in _objects(provider, "models"):
            _drop_prose(model)
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def encode_manifest(entries: Mapping[str, Iterable[Any]], **refs: FeedRef) -> bytes:
    """A manifest as JSON, with the fields of each entry's FeedRef beside its other fields, and single ``refs``."""
    stated: dict[str, Any] = {heading: [_stated(entry) for entry in its] for heading, its in entries.items()}
    stated |= {heading: {name: getattr(ref, name) for name in REF_FIELDS} for heading, ref in refs.items()}
    return orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def decode_entry(stated: Mapping[str, Any], *, origin: str) -> dict[str, Any]:
    """The fields of a manifest entry, including its FeedRef. Raises KeyError where one of those is missing."""
    fields = dict(stated)
    ref = FeedRef(origin=origin, **{name: fields.pop(name) for name in REF_FIELDS})
    return {"ref": ref, **fields}


def _stated(entry: Any) -> dict[str, Any]:
    fields = asdict(entry)
    ref = fields.pop("ref")
    return {**{name: ref[name] for name in REF_FIELDS}, **fields}


def _drop_prose(record: object) -> None:
    if isinstance(record, dict):
        record.pop(PROSE, None)


def _objects(record: object, key: str) -> list[Any]:
    inner = record.get(key) if isinstance(record, dict) else None
    return list(inner.values()) if isinstance(inner, dict) else []


def _open_feed(folder: Path, entry: ManifestEntry) -> Feed:
    try:
        data = folder.joinpath(entry.file).read_bytes()
    except OSError as error:
        raise InvalidSource(f"the snapshot's {entry.file} is missing; install the package anew.") from error
    if hashlib.sha256(data).hexdigest() != entry.file_sha256:
        raise InvalidSource(f"the snapshot's {entry.file} is not what its manifest says; install the package anew.")
    return Feed(ref=entry.ref, data=data, size=entry.size)
