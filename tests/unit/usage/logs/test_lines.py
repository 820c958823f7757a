"""Lines of files, whatever is in them."""

from __future__ import annotations

import gzip
import io

import pytest

from llmanac.errors import InvalidRequest
from llmanac.usage.logs.lines import lines_of
from llmanac.usage.record import NotPriced, NotPricedReason


def numbered(content: bytes, **bounds: int) -> list[tuple[int, object]]:
    found = lines_of(io.BufferedReader(io.BytesIO(content)), **bounds)
    return [(number, line.reason if isinstance(line, NotPriced) else line) for number, line in found]


def test_blank_lines_count_as_lines_and_are_left_out() -> None:
    assert numbered(b"\n{}\r\n  \n[1]") == [(2, b"{}\r\n"), (4, b"[1]")]


def test_a_line_that_is_too_long_is_passed_over() -> None:
    assert numbered(b"a\n" + b"b" * 50 + b"\nc\n", max_line=10) == [
        (1, b"a\n"),
        (2, NotPricedReason.TOO_LONG),
        (3, b"c\n"),
    ]


@pytest.mark.parametrize("wrap", [io.BytesIO, lambda content: io.BufferedReader(io.BytesIO(content))])
def test_gzip_is_recognised(wrap: type[io.BytesIO]) -> None:
    assert [line for _, line in lines_of(wrap(gzip.compress(b"{}\n{}\n")))] == [b"{}\n", b"{}\n"]


def test_a_gzip_that_breaks_off_ends_with_a_listed_line() -> None:
    packed = gzip.compress(b"".join(b'{"line": %d}\n' % number for number in range(5000)))
    found = numbered(packed[: len(packed) // 2])
    assert found[-1][1] is NotPricedReason.TRUNCATED
    assert [number for number, _ in found] == [*range(1, len(found) + 1)]


def test_a_damaged_gzip_ends_with_a_listed_line() -> None:
    packed = bytearray(gzip.compress(b"{}\n" * 9))
    packed[12] ^= 0xFF
    assert numbered(bytes(packed))[-1][1] in {NotPricedReason.UNREADABLE, NotPricedReason.TRUNCATED}


@pytest.mark.parametrize(
    "content", [b"{}\n" * 100, b"x" * 1000, gzip.compress(b"\n" * 10**6), gzip.compress(b" " * 10**6)]
)
def test_a_file_is_bounded_unpacked(content: bytes) -> None:
    with pytest.raises(InvalidRequest):
        numbered(content, largest=200, max_line=50)
