"""Cursors of paginated lists: opaque, signed, and valid for one list only."""

from __future__ import annotations

from llmanac.auth.signing import read_signed, sign
from llmanac.errors import InvalidRequest

POSITION_BYTES = 8


def write_cursor(position: int, *, of: str, secret: bytes) -> str:
    """A cursor to a position in the list that ``of`` names."""
    return sign(position.to_bytes(POSITION_BYTES), _purpose(of), key=secret)


def read_cursor(text: str, *, of: str, secret: bytes) -> int:
    """The position of a cursor. Raises InvalidRequest for one of another list, or with a wrong signature."""
    position = read_signed(text, _purpose(of), key=secret)
    if position is None:
        raise InvalidRequest(
            "The cursor was not issued by this server for these filters. Take it from the previous response, "
            "or leave it out to begin with the newest."
        )
    return int.from_bytes(position)


def _purpose(of: str) -> str:
    return f"cursor {of}"
