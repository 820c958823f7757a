"""Where a reader has got to in a long list: opaque to him, of no use for another list, and not to be made up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from llmanac.errors import InvalidRequest

POSITION = 8
SIGNATURE = 16
"""Bytes."""


def write_cursor(position: int, *, of: str, secret: bytes) -> str:
    """A cursor that says: this far in the list that ``of`` names."""
    place = position.to_bytes(POSITION)
    return base64.urlsafe_b64encode(place + _sign(place, of, secret=secret)).decode().rstrip("=")


def read_cursor(text: str, *, of: str, secret: bytes) -> int:
    """The position that a cursor says. Raises InvalidRequest for one of another list, or of nobody's making."""
    try:
        given = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        given = b""
    place, signature = given[:POSITION], given[POSITION:]
    if not hmac.compare_digest(signature, _sign(place, of, secret=secret)):
        raise InvalidRequest(
            "The cursor is none that this server gave for these filters. Take it from the answer before, "
            "or leave it out to begin with the newest."
        )
    return int.from_bytes(place)


def _sign(place: bytes, of: str, *, secret: bytes) -> bytes:
    return hmac.digest(secret, place + of.encode(), hashlib.sha256)[:SIGNATURE]
