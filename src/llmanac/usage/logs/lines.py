"""The lines of a log: of a file or a stream, plain or gzip, each of a bounded length."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from math import inf
from typing import BinaryIO, TypeAlias, cast

from llmanac.errors import InvalidRequest
from llmanac.usage.record import NotPriced, NotPricedReason

MAX_LINE = 8 << 20
"""Maximum length of a line, in bytes."""
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WHITE = b" \t\r\n\x0b\x0c"

Line: TypeAlias = bytes | NotPriced
"""A line, or why there is none."""


def lines_of(file: BinaryIO, *, max_line: int = MAX_LINE, largest: int | None = None) -> Iterator[tuple[int, Line]]:
    """The lines of a binary file with their numbers, from 1; without blank ones. The last one may lack its end.

    Raises InvalidRequest for a file of more than ``largest`` bytes, unpacked.
    """
    number, left = 0, inf if largest is None else largest
    try:
        unpacked = _unpacked(file)
        readline = unpacked.readline
        while text := readline(max_line + 1):
            number += 1
            left -= len(text)
            if left < 0:
                raise _too_large(largest)
            if len(text) > max_line and text[-1:] != b"\n":
                left -= _pass_over(unpacked, max_line, most=left)
                yield number, NotPriced(NotPricedReason.TOO_LONG, f"It has more than {max_line:,} bytes.")
                continue
            if number == 1 and text.startswith(BYTE_ORDER_MARK):
                text = text[len(BYTE_ORDER_MARK) :]
            if text.strip(WHITE):
                yield number, text
    except EOFError:
        yield number + 1, NotPriced(NotPricedReason.TRUNCATED, "The gzip ends in the middle.")
    except (zlib.error, gzip.BadGzipFile):
        yield number + 1, NotPriced(NotPricedReason.UNREADABLE, "The gzip is damaged from here on.")


def _unpacked(file: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb")) if _start(file) == GZIP_MAGIC else file


def _start(file: BinaryIO) -> bytes:
    """The first bytes of a file, which stay to be read; none where it can neither peek nor seek."""
    size = len(GZIP_MAGIC)
    if (peek := getattr(file, "peek", None)) is not None:
        return bytes(peek(size)[:size])
    if not file.seekable():
        return b""
    begin = file.tell()
    start = file.read(size)
    file.seek(begin)
    return start


def _pass_over(file: BinaryIO, max_line: int, *, most: float) -> int:
    """Read to the end of the line, or more than ``most`` bytes of it; the number of bytes."""
    passed = 0
    while passed <= most and (text := file.readline(max_line)):
        passed += len(text)
        if text.endswith(b"\n"):
            break
    return passed


def _too_large(largest: int | None) -> InvalidRequest:
    return InvalidRequest(f"The log has more than {(largest or 0) >> 20:,} MiB, unpacked. Send it in parts.")
