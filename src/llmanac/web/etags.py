"""ETags and their comparison in conditional requests."""

from __future__ import annotations

import zlib

from llmanac.version import __version__

_VERSION = zlib.crc32(__version__.encode())


def checksum(data: bytes) -> int:
    """A CRC-32 of ``data`` for an ETag: 32 bits, which differ from one version of the program to the next.

    Another version may send other bytes for the same request and the same catalog.
    """
    return zlib.crc32(data, _VERSION)


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header matches this ETag (RFC 9110, 13.1.2: a weak comparison, a list, or ``*``)."""
    if not if_none_match:
        return False
    if if_none_match == etag:
        return True
    opaque = etag.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") in (opaque, b"*") for tag in if_none_match.split(b","))
