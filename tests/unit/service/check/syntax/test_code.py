"""Strings of programs that are read by their quotes and comments."""

from __future__ import annotations

import pytest

from llmanac.service.check.syntax.code import CodeReader
from llmanac.service.check.syntax.scalar import Scalar


def at(text: str, comments: str = "c") -> Scalar | None:
    data = text.encode()
    place = data.index(b"WORD")
    return CodeReader(data, comments).scalar_at(place, place + 4)


@pytest.mark.parametrize(
    ("text", "comments", "keys", "calls"),
    [
        ('const m = "WORD"', "c", ("m",), ()),
        ('C{Provider: "x", Model: "WORD"}', "c", ("Model",), ()),
        ('b.modelName("WORD")', "c", ("b.modelName",), ("b.modelName",)),
        ("m: 'WORD' # x", "hash", ("m",), ()),
        ("MODELS = %w[WORD]", "hash", ("MODELS",), ()),
        ("local m = `WORD`", "dashes", ("m",), ()),
    ],
)
def test_a_string_its_key_and_its_call(text: str, comments: str, keys: tuple[str, ...], calls: tuple[str, ...]) -> None:
    found = at(text, comments)
    assert found is not None
    assert text[found.start : found.end] == "WORD"
    assert (found.keys, found.calls) == (keys, calls)


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ('// "WORD"', "c"),
        ('/* "WORD" */', "c"),
        ('# "WORD"', "hash"),
        ('-- "WORD"', "dashes"),
        ('import "WORD"', "c"),
        ("m = WORD", "c"),
    ],
)
def test_comments_imports_and_names_are_no_strings(text: str, comments: str) -> None:
    assert at(text, comments) is None


def test_neighbours_are_those_in_the_same_brackets() -> None:
    found = at('a = C{Host: "x", M: "WORD"}; b = C{Host: "y"}')
    assert found is not None
    assert [dict(it) for it in found.neighbours] == [{"Host": "x", "M": "WORD"}]
