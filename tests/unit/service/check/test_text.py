"""The text of files in different encodings."""

from __future__ import annotations

import pytest

from llmanac.service.check.text import FileText


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_any_encoding_gives_places_and_the_same_bytes_back(encoding: str) -> None:
    content = "a\r\né = 'gpt-4o'\n".encode(encoding)
    text = FileText.read(content)
    assert text is not None
    start = text.characters.index("gpt")
    assert text.place(start) == (2, 6)
    first, last = text.line_at(start)
    assert text.characters[first:last].endswith("'gpt-4o'\n")
    assert text.encode(text.data) == content


@pytest.mark.parametrize("content", [b"\x00\x01", b"PK\x03\x04\x00", b"\xff\xfea"])
def test_what_is_no_text_has_none(content: bytes) -> None:
    assert FileText.read(content) is None
