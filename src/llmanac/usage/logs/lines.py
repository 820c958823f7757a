"""The lines of a log: of a file or a stream, plain or gzip, each of a bounded length."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias, cast

from llmanac.usage.record import NotPriced, NotPricedReason

MAX_LINE = 8 << 20
"""Maximum length of a line, in bytes."""
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WHITE = b" \t\r\n\x0b\x0c"

Line: TypeAlias = bytes | NotPriced
"""A line, or why there is none."""


def lines_of(file: BinaryIO, *, max_line: int = MAX_LINE) -> Iterator[tuple[int, Line]]:
    """The lines of a buffered file with their numbers, from 1; without blank ones. The last one may lack its end."""
    number = 0
    try:
        unpacked = _unpacked(file)
        readline = unpacked.readline
        while text := readline(max_line + 1):
            number += 1
            if len(text) > max_line and text[-1:] != b"\n":
                _pass_over(unpacked, max_line)
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
    peek = getattr(file, "peek", None)
    start = peek(len(GZIP_MAGIC))[: len(GZIP_MAGIC)] if peek else b""
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if start == GZIP_MAGIC else file


def _pass_over(file: BinaryIO, max_line: int) -> None:
    """Read to the end of the line."""
    while (text := file.readline(max_line)) and not text.endswith(b"\n"):
        pass
