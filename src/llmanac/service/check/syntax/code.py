"""Reads strings of programs by their quotes and comments alone: Go, Rust, Java, Ruby, and others like them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from llmanac.service.check.syntax.scalar import Scalar

_C = rb"//[^\n]*|/\*.*?\*/"
_HASH = rb"\#[^\n]*"
_DASHES = rb"--\[\[.*?\]\]|--[^\n]*"
_STRINGS = (
    rb"\"\"\"(?P<triple>.*?)\"\"\"|\"(?P<double>(?:\\.|[^\"\\\n])*)\"|'(?P<single>(?:\\.|[^'\\\n])*)'|`(?P<back>[^`]*)`"
    rb"|%[wWiI](?:\[(?P<square>[^\]]*)\]|\((?P<round>[^)]*)\))"
)

COMMENTS = {"c": _C, "hash": _HASH, "dashes": _DASHES, "c and hash": _C + rb"|" + _HASH}
"""The ways in which languages write comments."""

_NAMED = re.compile(
    rb"(?P<key>[A-Za-z_][\w.]*)[\"'\])]*\s*(?::\s*[&\w<>\[\]?. ]{1,30})?(?::=|=>|=|:|\(|,)\s*[\[({&]*\s*$"
)
_PAIR = re.compile(rb"[\"']?(?P<key>[A-Za-z_][\w-]*)[\"']?\s*(?:=>|[:=])\s*[\"'](?P<value>[^\"'\n]{1,200})[\"']")
_CALLED = re.compile(rb"(?P<call>[A-Za-z_][\w.:!]*)\(\s*(?:[^()\n]*,\s*)?$")
_IMPORT = re.compile(rb"\s*(?:import|use|require|require_relative|include|package|using)\b")
REACH = 600
"""Bytes before and after a string that are searched for its neighbours."""


class CodeReader:
    """The strings of a program whose language has no grammar here."""

    def __init__(self, data: bytes, comments: str) -> None:
        self._data = data
        pattern = re.compile(rb"(?s)(?P<comment>" + COMMENTS[comments] + rb")|" + _STRINGS)
        self._spans = [
            (it.start(it.lastgroup or 0), it.end(it.lastgroup or 0), it.start(), it.lastgroup == "comment")
            for it in pattern.finditer(data)
        ]
        self._starts = [start for start, _, _, _ in self._spans]

    def is_broken_at(self, offset: int) -> bool:
        """No: quotes and comments are all that is read."""
        del offset
        return False

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string that holds these bytes; None for a comment, and outside of strings."""
        place = bisect_right(self._starts, start) - 1
        if place < 0:
            return None
        first, last, quote, is_comment = self._spans[place]
        if is_comment or not first <= start < end <= last:
            return None
        line = self._data.rfind(b"\n", 0, first) + 1
        if _IMPORT.match(self._data, line, first):
            return None
        before = self._data[max(0, quote - REACH) : quote]
        named = _NAMED.search(before[-120:])
        called = _CALLED.search(before[-200:])
        return Scalar(
            start=first,
            end=last,
            keys=(named["key"].decode(),) if named else (),
            neighbours=(self._beside(first, last),),
            calls=(called["call"].decode(),) if called else (),
        )

    def _beside(self, first: int, last: int) -> Mapping[str, str]:
        """Strings in the same brackets, by name."""
        opened = self._bracket(first, -1)
        closed = self._bracket(last, 1)
        if opened is None or closed is None:
            return {}
        pairs = _PAIR.finditer(self._data, opened, closed)
        return {it["key"].decode(): it["value"].decode(errors="replace") for it in pairs}

    def _bracket(self, place: int, step: int) -> int | None:
        """The bracket around a place, before or after it; None where there is none within reach."""
        inner, outer = (b")}", b"({") if step < 0 else (b"({", b")}")
        depth = 0
        for at in range(place + min(step, 0), place + step * REACH, step):
            if not 0 <= at < len(self._data):
                return None
            if self._data[at] in inner:
                depth += 1
            elif self._data[at] in outer:
                if depth == 0:
                    return at
                depth -= 1
        return None
