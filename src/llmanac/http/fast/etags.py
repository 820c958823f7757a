"""Caching headers of all responses about the catalog, and ETags with their comparison."""

from __future__ import annotations

import zlib

from llmanac.version import __version__

CACHE_CONTROL = "private, no-cache"
VARY = "Accept-Encoding, Authorization, X-API-Key"

_VERSION = zlib.crc32(__version__.encode())


def checksum(request: bytes) -> int:
    """The part of an ETag that identifies a response within an edition.

    It depends on the program's version, since another may send other bytes for the same catalog.
    """
    return zlib.crc32(request, _VERSION)


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header matches this ETag (RFC 9110, 13.1.2: a weak comparison, a list, or ``*``)."""
    if not if_none_match:
        return False
    if if_none_match == etag:
        return True
    opaque = etag.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") in (opaque, b"*") for tag in if_none_match.split(b","))
