"""How a client may keep an answer, and by what it asks whether the answer still holds: the same for all of them."""

from __future__ import annotations

import zlib

from llmanac.version import __version__

CACHE_CONTROL = "private, no-cache"
VARY = "Accept-Encoding, Authorization, X-API-Key"

_VERSION = zlib.crc32(__version__.encode())


def checksum(asked: bytes) -> int:
    """What tells the answers of one edition apart, for an ETag.

    It depends on the version of the program, since another may give other bytes for the same catalog.
    """
    return zlib.crc32(asked, _VERSION)


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """The client holds the answer of this tag (RFC 9110, 13.1.2: a weak comparison, a list, or ``*``)."""
    if not if_none_match:
        return False
    if if_none_match == etag:
        return True
    opaque = etag.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") in (opaque, b"*") for tag in if_none_match.split(b","))
