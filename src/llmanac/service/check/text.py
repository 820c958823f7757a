"""The text of a file, one character for each byte, so that a place in it is a place in the file.

UTF-8 and the 8-bit encodings are read as they are, since ids are ASCII in all of them; UTF-16 is read through UTF-8.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class FileText:
    """A file's text, and how its bytes are made of it."""

    mark: bytes
    """The byte order mark in front; empty where there is none."""
    data: bytes
    """The bytes after it, in an encoding in which ASCII is ASCII."""
    encoding: str | None
    """The encoding of the file where it is another one; None where ``data`` is as it stands in the file."""

    @classmethod
    def read(cls, content: bytes) -> FileText | None:
        """The text of a file's content; None for what is no text."""
        for mark, encoding in _WIDE:
            if content.startswith(mark):
                try:
                    return cls(mark, content[len(mark) :].decode(encoding).encode(), encoding)
                except UnicodeDecodeError:
                    return None
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        return None if b"\0" in content else cls(mark, content[len(mark) :], None)

    @cached_property
    def characters(self) -> str:
        """A character for each byte."""
        return self.data.decode("latin-1")

    def encode(self, data: bytes) -> bytes:
        """The content of the file with this text instead."""
        return self.mark + (data.decode().encode(self.encoding) if self.encoding else data)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of a byte, both from 1; columns count characters."""
        line = bisect_right(self._lines, offset)
        before = self.data[self._lines[line - 1] : offset]
        try:
            return line, len(before.decode()) + 1
        except UnicodeDecodeError:
            return line, len(before) + 1

    def line_at(self, offset: int) -> tuple[int, int]:
        """The first byte of the line that holds a byte, and the one after its last, the end of the line included."""
        line = bisect_right(self._lines, offset)
        return self._lines[line - 1], self._lines[line] if line < len(self._lines) else len(self.data)

    @cached_property
    def _lines(self) -> list[int]:
        starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        return starts
