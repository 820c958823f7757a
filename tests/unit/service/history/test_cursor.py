from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import InvalidRequest
from llmanac.service.history.cursor import read_cursor, write_cursor

SECRET = b"s" * 32


@given(position=st.integers(0, 2**63), of=st.text())
def test_a_cursor_gives_its_position_for_the_same_list_and_secret(position: int, of: str) -> None:
    cursor = write_cursor(position, of=of, secret=SECRET)

    assert read_cursor(cursor, of=of, secret=SECRET) == position
    for other, secret in ((of + "x", SECRET), (of, b"t" * 32)):
        with pytest.raises(InvalidRequest, match="not issued by this server"):
            read_cursor(cursor, of=other, secret=secret)


@given(st.text(max_size=64))
def test_arbitrary_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidRequest):
        read_cursor(text, of="", secret=SECRET)


@given(place=st.integers(0, 31), bit=st.integers(0, 5))
def test_a_cursor_with_one_bit_flipped_is_refused(place: int, bit: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    cursor = write_cursor(123, of="", secret=SECRET)
    forged = cursor[:place] + alphabet[alphabet.index(cursor[place]) ^ (1 << bit)] + cursor[place + 1 :]

    with pytest.raises(InvalidRequest):
        read_cursor(forged, of="", secret=SECRET)
