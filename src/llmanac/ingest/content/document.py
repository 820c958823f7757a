"""Bytes of a feed, made into JSON values that can be trusted to be what was sent.

orjson refuses NaN, infinity, a byte order mark and lone surrogates, but takes the last of two equal keys
without a word; that is noticed here. Control characters are a matter of single fields (see ``fields``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any

import orjson

from llmanac.errors import InvalidSource
from llmanac.ingest.layer import Reject

MAX_SIZE = 128 * 2**20
"""Of a feed, uncompressed; models.dev's is 5 MiB."""

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's content, parsed: a JSON object, and the keys that it gives twice."""

    content: dict[str, Any]
    sha256: str
    """Of the uncompressed bytes."""
    repeated: tuple[Reject, ...] = ()


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
    return Document(content, hashlib.sha256(text).hexdigest(), _repeated_keys(text, content))


def unpack(data: bytes, *, limit: int = MAX_SIZE) -> bytes:
    """The content of ``data``, decompressed where it is gzip. Raises InvalidSource beyond ``limit`` bytes."""
    text = _gunzip(data, limit) if data.startswith(GZIP_MAGIC) else data
    if len(text) > limit:
        raise InvalidSource(f"the feed is larger than {limit} bytes uncompressed, which no real one is.")
    return text


def pack(text: bytes) -> bytes:
    """``text`` as gzip: the same bytes for the same content, whenever and wherever."""
    return gzip.compress(text, compresslevel=9, mtime=0)


def kind_of(value: object) -> str:
    """What JSON calls the type of a value, for messages."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _gunzip(data: bytes, limit: int) -> bytes:
    """One member or several, as gzip allows; never more than ``limit`` + 1 bytes are made."""
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
    """The usual ways of not being JSON at all, each with words of its own."""
    if text.startswith(BYTE_ORDER_MARK):
        raise InvalidSource("the feed begins with a byte order mark; save it as plain UTF-8.")
    start = text[:512].lstrip()
    if not start:
        raise InvalidSource("the feed is empty.")
    if start.startswith(b"<"):
        raise InvalidSource("the feed is HTML or XML, perhaps an error page; JSON is expected.")


def _repeated_keys(text: bytes, content: dict[str, Any]) -> tuple[Reject, ...]:
    """The keys that ``text`` gives more than once in one object.

    Every key brings a colon, and parsing drops the earlier of two equal keys: so a text without repeats has
    as many colons as what was parsed from it, unless one is written as an escape. Only a text that fails this
    test is read again, with an eye on each pair.
    """
    if b"\\u003" not in text and text.count(b":") == orjson.dumps(content).count(b":"):
        return ()
    found: list[tuple[dict[str, Any], str]] = []
    root = json.loads(text, object_pairs_hook=lambda pairs: _object_of(pairs, found))
    paths = _paths(root, {id(values) for values, _ in found})
    return tuple(
        Reject("/".join((*paths[id(values)], key)), "the key is given more than once; its last value was read")
        for values, key in found
        if id(values) in paths
    )


def _object_of(pairs: list[tuple[str, Any]], found: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """The object of these pairs; each key that was there before goes to ``found``."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            found.append((values, key))
        values[key] = value
    return values


def _paths(root: dict[str, Any], wanted: set[int]) -> dict[int, tuple[str, ...]]:
    """Where in ``root`` the objects of these identities are; one that was itself overwritten is nowhere."""
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
