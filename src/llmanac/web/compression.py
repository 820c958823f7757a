"""Content codings: negotiation with the client, and compression of bodies."""

from __future__ import annotations

import gzip
import sys
from enum import StrEnum
from functools import lru_cache

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SMALLEST = 512
"""Bytes; a smaller body is not worth compressing."""
GZIP_LEVEL = 6
"""9 takes up to twice as long, for a hundredth less."""


class Encoding(StrEnum):
    """Content codings that responses are offered in, the preferred one first."""

    ZSTD = "zstd"
    GZIP = "gzip"
    IDENTITY = "identity"


@lru_cache(maxsize=64)
def negotiate(accept_encoding: bytes) -> Encoding:
    """The best encoding that an Accept-Encoding header admits (RFC 9110, 12.5.3).

    A client that refuses identity as well as all others gets identity all the same, as the RFC allows.
    """
    weights: dict[bytes, float] = {}
    for item in accept_encoding.lower().split(b","):
        name, _, parameter = item.partition(b";")
        weights[name.strip()] = _weight(parameter)
    anything = weights.get(b"*", 0.0)
    offered = {encoding: weights.get(encoding.value.encode(), anything) for encoding in (Encoding.ZSTD, Encoding.GZIP)}
    best = max(offered, key=offered.__getitem__)
    if offered[best] > 0 and offered[best] >= weights.get(b"identity", 0.0):
        return best
    return Encoding.IDENTITY


def _weight(parameter: bytes) -> float:
    name, _, value = parameter.partition(b"=")
    if name.strip() != b"q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def compress(body: bytes, encoding: Encoding) -> bytes:
    """The body in this encoding; the same bytes for the same input."""
    match encoding:
        case Encoding.ZSTD:
            return zstd.compress(body, level=3)
        case Encoding.GZIP:
            return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
        case Encoding.IDENTITY:
            return body
