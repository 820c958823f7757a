"""Parses the bytes of a feed into JSON, strictly.

orjson refuses NaN, infinity, a byte order mark and lone surrogates, but silently keeps the last of duplicate keys;
these are reported here. It also reads JSON that is nested deeper than it writes, which is refused here. Control
characters are checked field by field (see ``ingest.decode.reader``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import orjson

from llmanac.errors import InvalidSource
from llmanac.ingest.layer import Reject

MAX_SIZE = 128 * 2**20
"""Maximum size of a feed, uncompressed, in bytes; that of models.dev has 5 MiB."""

MOST_SHOWN = 120
"""Maximum number of characters of a value that a reject quotes."""

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed content of a feed: a JSON object, and its duplicate keys."""

    content: dict[str, Any]
    sha256: str
    """The SHA-256 of the uncompressed bytes, in hexadecimal digits."""
    repeated: tuple[Reject, ...] = ()
    """A reject for each duplicate key."""


def read_document(data: bytes, *, limit: int = MAX_SIZE) -> Document:
    """Parse the bytes of a feed, plain or gzip. Raises InvalidSource where they are not one JSON object."""
    text = unpack(data, limit=limit)
    _refuse_obvious(text)
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidSource(f"not JSON: {error}. The feed was perhaps cut off; fetch it again.") from error
    if not isinstance(content, dict):
        raise InvalidSource(f"the top level is {kind_of(content)}, where an object is expected.")
    if not content:
        raise InvalidSource("the feed is an empty object, where providers and models are expected.")
    return Document(content, hashlib.sha256(text).hexdigest(), _repeated_keys(text, colons=_colons(content)))


def unpack(data: bytes, *, limit: int = MAX_SIZE) -> bytes:
    """Decompress ``data`` where it is gzip. Raises InvalidSource beyond ``limit`` bytes, and for damaged gzip."""
    text = _gunzip(data, limit) if data.startswith(GZIP_MAGIC) else data
    if len(text) > limit:
        raise InvalidSource(f"the feed is larger than {limit} bytes uncompressed, which no real one is.")
    return text


def pack(text: bytes) -> bytes:
    """Compress a text as gzip: the same bytes for the same content."""
    return gzip.compress(text, compresslevel=9, mtime=0)


def kind_of(value: object) -> str:
    """The name of a value's JSON type, for messages."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _gunzip(data: bytes, limit: int) -> bytes:
    """Decompress one or several gzip members, to at most ``limit`` + 1 bytes."""
    parts: list[bytes] = []
    room = limit + 1
    while data and room > 0:
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            parts.append(member.decompress(data, room))
        except zlib.error as error:
            raise InvalidSource(f"damaged gzip: {error}. Fetch the feed again.") from error
        room -= len(parts[-1])
        if room > 0 and not member.eof:
            raise InvalidSource("the gzip stream was cut off before its end. Fetch the feed again.")
        data = member.unused_data
    return b"".join(parts)


def _refuse_obvious(text: bytes) -> None:
    """Raises InvalidSource for the usual kinds of text that is not JSON, each with its own message."""
    if text.startswith(BYTE_ORDER_MARK):
        raise InvalidSource("the feed begins with a byte order mark; save it as plain UTF-8.")
    start = text[:512].lstrip()
    if not start:
        raise InvalidSource("the feed is empty.")
    if start.startswith(b"<"):
        raise InvalidSource("the feed is HTML or XML, perhaps an error page; JSON is expected.")


def _colons(content: dict[str, Any]) -> int:
    """The number of colons in the JSON written from ``content``. Raises InvalidSource where it cannot be written."""
    try:
        return orjson.dumps(content).count(b":")
    except orjson.JSONEncodeError as error:
        # What was just read cannot be written for one reason alone: orjson reads 1,024 levels, and writes 254.
        raise InvalidSource("the feed is nested too deeply, in more levels than any real one.") from error


def _repeated_keys(text: bytes, *, colons: int) -> tuple[Reject, ...]:
    """A reject for each key that occurs more than once in one object of ``text``.

    Every key comes with a colon, and parsing drops all but the last of duplicate keys: so a text without duplicates
    has as many colons as the JSON written from it, unless one is escaped. Only a text that fails this fast test is
    parsed again, pair by pair.
    """
    if b"\\u003" not in text and text.count(b":") == colons:
        return ()
    found: list[tuple[dict[str, Any], str, list[Any]]] = []
    root = json.loads(text, object_pairs_hook=lambda pairs: _object_of(pairs, found))
    paths = _paths(root, {id(values) for values, _, _ in found})
    return tuple(
        Reject("/".join((*paths[id(values)], key)), _repetition(stated))
        for values, key, stated in found
        if id(values) in paths
    )


def _object_of(pairs: list[tuple[str, Any]], found: list[tuple[dict[str, Any], str, list[Any]]]) -> dict[str, Any]:
    """The object of these pairs; duplicate keys are added to ``found``, with all their values in order."""
    values: dict[str, Any] = {}
    repeated: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        if key in values:
            repeated[key] = repeated[key] or [values[key]]
            repeated[key].append(value)
        values[key] = value
    found += [(values, key, stated) for key, stated in repeated.items()]
    return values


def _repetition(values: list[Any]) -> str:
    """The reason of the reject of a duplicate key."""
    texts = [orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() for value in values]
    if len(set(texts)) == 1:
        return "the key is given more than once, with equal values"
    first, last = values[0], values[-1]
    if isinstance(first, dict) and isinstance(last, dict):
        differing = sorted(key for key in {*first, *last} if first.get(key) != last.get(key))
        texts = [", ".join(f"{key} {_short(stated.get(key))}" for key in differing) for stated in (first, last)]
    return f"the key is given more than once: {_cut(texts[0])}, then {_cut(texts[-1])}, which is read"


def _short(value: object) -> str:
    return orjson.dumps(value).decode()


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _paths(root: dict[str, Any], wanted: set[int]) -> dict[int, tuple[str, ...]]:
    """The paths in ``root`` of the objects with these identities; objects that were overwritten have none."""
    paths: dict[int, tuple[str, ...]] = {}
    pending: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while pending:
        value, path = pending.pop()
        if id(value) in wanted:
            paths[id(value)] = path
        if isinstance(value, dict):
            pending += [(inner, (*path, key)) for key, inner in value.items()]
        elif isinstance(value, list):
            pending += [(inner, (*path, str(number))) for number, inner in enumerate(value)]
    return paths
