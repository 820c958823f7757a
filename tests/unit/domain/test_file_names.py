"""Names of files as text."""

from __future__ import annotations

import os

import pytest

from llmanac.domain.file_names import encodable


@pytest.mark.parametrize(
    ("name", "text"),
    [(b"a.py", "a.py"), ("\u00fc/\u4e2d.py".encode(), "\u00fc/\u4e2d.py"), (b"a\xff\xfe.py", "a??.py")],
)
def test_only_what_is_no_utf_8_is_replaced(name: bytes, text: str) -> None:
    assert encodable(os.fsdecode(name)) == text
