"""Where a reader has got to in a long list: opaque to him, of no use for another list, and not to be made up."""

from __future__ import annotations

from llmanac.auth.signing import read_signed, sign
from llmanac.errors import InvalidRequest

POSITION = 8
"""Bytes."""


def write_cursor(position: int, *, of: str, secret: bytes) -> str:
    """A cursor that says: this far in the list that ``of`` names."""
    return sign(position.to_bytes(POSITION), _purpose(of), key=secret)


def read_cursor(text: str, *, of: str, secret: bytes) -> int:
    """The position that a cursor says. Raises InvalidRequest for one of another list, or of nobody's making."""
    place = read_signed(text, _purpose(of), key=secret)
    if place is None:
        raise InvalidRequest(
            "The cursor is none that this server gave for these filters. Take it from the answer before, "
            "or leave it out to begin with the newest."
        )
    return int.from_bytes(place)


def _purpose(of: str) -> str:
    return f"cursor {of}"
