"""Strings of files that are read line by line."""

from __future__ import annotations

import pytest

from llmanac.service.check.syntax.lines import AssignmentReader, CommandReader, PlainReader
from llmanac.service.check.syntax.scalar import Scalar, ScalarReader


def at(reader: ScalarReader, data: bytes) -> Scalar | None:
    place = data.index(b"WORD")
    return reader.scalar_at(place, place + 4)


@pytest.mark.parametrize(
    ("line", "content", "keys"),
    [
        (b"A=WORD\n", b"WORD", ("A",)),
        (b"export A = 'x WORD' # y\n", b"x WORD", ("A",)),
        (b"a.b: WORD # y\r\n", b"WORD", ("a.b",)),
        (b"[s]\na = WORD\n", b"WORD", ("a", "s")),
        (b"[s]\na =\n  WORD\n", b"WORD", ("a", "s")),
    ],
)
def test_a_value_and_its_keys(line: bytes, content: bytes, keys: tuple[str, ...]) -> None:
    found = at(AssignmentReader(line), line)
    assert found is not None
    assert line[found.start : found.end] == content
    assert found.keys == keys


@pytest.mark.parametrize("line", [b"# A=WORD\n", b"; a = WORD\n", b"A=x # WORD\n", b"WORD=x\n"])
def test_comments_and_keys_are_no_values(line: bytes) -> None:
    assert at(AssignmentReader(line), line) is None


def test_a_section_has_its_own_assignments() -> None:
    data = b"[a]\np = x\n[b]\np = y\nm = WORD\n"
    found = at(AssignmentReader(data), data)
    assert found is not None
    assert [dict(it) for it in found.neighbours] == [{"p": "y", "m": "WORD"}]


def test_a_command_is_read_with_the_lines_that_it_continues() -> None:
    data = b"ENV A=x \\\n    B=WORD # y\n"
    found = at(CommandReader(data), data)
    assert found is not None
    assert data[found.start : found.end] == b"ENV A=x \\\n    B=WORD"
    assert found.is_prose
    assert at(CommandReader(b"# WORD"), b"# WORD") is None
    assert at(CommandReader(b"x # WORD"), b"x # WORD") is None


def test_plain_text_has_quoted_strings_and_values() -> None:
    for data, keys in ((b'a("x", model="WORD")', ("model",)), (b"- model: WORD", ("model",)), (b"  - WORD", ())):
        found = at(PlainReader(data), data)
        assert found is not None
        assert (data[found.start : found.end], found.keys, found.is_prose) == (b"WORD", keys, False)
    for prose in (b"we use WORD here", b"we use WORD"):
        found = at(PlainReader(prose), prose)
        assert found is not None
        assert found.is_prose
    assert at(PlainReader(b"// WORD"), b"// WORD") is None
