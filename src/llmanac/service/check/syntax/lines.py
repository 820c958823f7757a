"""Reads strings line by line: assignments of ``.env`` and ``.ini`` files, lines of commands, and anything else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from llmanac.service.check.syntax.scalar import Scalar

_ASSIGNMENT = re.compile(
    rb"[ \t]*(?:export[ \t]+|set[ \t]+)?(?P<key>[A-Za-z_][\w.\-\[\]]*)[ \t]*(?:[:?+]?=|:)[ \t]*(?P<value>.*)"
)
_ASSIGNED = re.compile(
    rb"(?m)^[ \t]*(?:-[ \t]+)?(?:(?:export|set|ARG|ENV)[ \t]+(?:-\w+[ \t]+)*)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?"
    rb"(?:[ \t]*[:?+]?[=:][ \t]*|[ \t]+)[\"']?(?P<value>[^\s\"'#]{1,200})"
)
_QUOTED = re.compile(rb"(?P<quote>[\"'])(?P<content>.*?)(?P=quote)[ \t]*(?:[#;].*)?$")
_BARE = re.compile(rb"(?P<content>.*?)[ \t]*(?:(?<=[ \t])[#;].*)?$")
_SECTION = re.compile(rb"(?m)^[ \t]*\[([^\]\n]+)\][ \t]*\r?$")
_COMMENT_LINE = re.compile(rb"[ \t]*(?:#|;|//|--[ \t]|REM[ \t])")
_COMMENT_AFTER = re.compile(rb"[ \t]#(?=[ \t]|$).*")
_STRING = re.compile(rb"(?P<quote>[\"'`])(?P<content>(?:\\.|(?!(?P=quote)).)*)(?P=quote)")
_NAMED = re.compile(rb"[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"'\])]*\s*(?::=|=>|=|:)\s*[\[({]*\s*$")
_VALUE = re.compile(rb"[ \t]*(?:-[ \t]+)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*$|[ \t]*-[ \t]+$")


class _Lines:
    """Lines of a file, none of which is broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def is_broken_at(self, offset: int) -> bool:
        """No: there is nothing to break."""
        del offset
        return False

    def _line(self, offset: int) -> tuple[int, int]:
        start = self._data.rfind(b"\n", 0, offset) + 1
        end = self._data.find(b"\n", offset)
        end = len(self._data) if end < 0 else end
        return start, end - self._data.endswith(b"\r", start, end)

    @cached_property
    def _assigned(self) -> Mapping[str, str]:
        """All that the file assigns, by name."""
        return MappingProxyType(self._assigned_in(0, len(self._data)))

    def _assigned_in(self, start: int, end: int) -> dict[str, str]:
        found = _ASSIGNED.finditer(self._data, start, end)
        return {it["key"].decode(): it["value"].decode(errors="replace") for it in found}


class AssignmentReader(_Lines):
    """Values of a file of assignments, with or without sections: ``.env``, ``.properties``, ``.ini``."""

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The value that holds these bytes, with its key and the head of its section."""
        del end
        first, last = self._line(start)
        line = self._data[first:last]
        if _COMMENT_LINE.match(line):
            return None
        beside = self._section(first)
        assigned = _ASSIGNMENT.match(line)
        if assigned is None:
            indent = len(line) - len(line.lstrip())
            return replace(beside, start=first + indent, end=last, keys=(*self._key_above(first), *beside.keys))
        value = assigned.start("value")
        if start < first + value:
            return None
        found = _QUOTED.match(line, value) or _BARE.match(line, value)
        if found is None or start >= first + found.end("content"):
            return None
        return replace(
            beside,
            start=first + found.start("content"),
            end=first + found.end("content"),
            keys=(assigned["key"].decode(), *beside.keys),
        )

    def _section(self, offset: int) -> Scalar:
        """A string in the section that holds a byte: with its head, and what is assigned in it."""
        place = bisect_right(self._heads, offset, key=lambda it: it.start()) - 1
        if place < 0:
            return Scalar(start=offset, end=offset, assigned=self._assigned)
        if place not in self._assigned_below:
            following = self._heads[place + 1].start() if place + 1 < len(self._heads) else len(self._data)
            self._assigned_below[place] = self._assigned_in(self._heads[place].end(), following)
        head = self._heads[place][1].decode(errors="replace")
        return Scalar(start=offset, end=offset, keys=(head,), neighbours=(self._assigned_below[place],))

    def _key_above(self, offset: int) -> tuple[str, ...]:
        """The key of the last assignment before a byte: a value may go on below its key."""
        place = bisect_right(self._assignments, offset, key=lambda it: it[0]) - 1
        return () if place < 0 else (self._assignments[place][1],)

    @cached_property
    def _heads(self) -> list[re.Match[bytes]]:
        return list(_SECTION.finditer(self._data))

    @cached_property
    def _assigned_below(self) -> dict[int, Mapping[str, str]]:
        """The assignments in each section that was asked for, by its number."""
        return {}

    @cached_property
    def _assignments(self) -> list[tuple[int, str]]:
        """The place and the key of each assignment."""
        return [(it.start(), it["key"].decode()) for it in _ASSIGNED.finditer(self._data)]


class CommandReader(_Lines):
    """Lines of commands, read for their options and assignments: Makefiles, Dockerfiles, fish."""

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The line that holds these bytes, with those that it continues, less its comment."""
        first, last = self._line(start)
        if _COMMENT_LINE.match(self._data, first, last):
            return None
        comment = _COMMENT_AFTER.search(self._data, first, last)
        if comment and comment.start() < start:
            return None
        while first:
            before, end = self._line(first - 1)
            if not self._data[before:end].rstrip().endswith(b"\\"):
                break
            first = before
        return Scalar(
            start=first, end=comment.start() if comment else max(last, end), assigned=self._assigned, is_prose=True
        )


class PlainReader(_Lines):
    """Strings of a file whose format is unknown, or that is not in its format: quoted, or the rest of a line."""

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string that holds these bytes, with the name before it on its line."""
        first, last = self._line(start)
        line = self._data[first:last]
        if _COMMENT_LINE.match(line):
            return None
        for string in _STRING.finditer(line):
            if string.start("content") <= start - first and end - first <= string.end("content"):
                named = _NAMED.search(line, 0, string.start())
                return Scalar(
                    start=first + string.start("content"),
                    end=first + string.end("content"),
                    keys=(named["key"].decode(),) if named else (),
                    assigned=self._assigned,
                )
        comment = _COMMENT_AFTER.search(line)
        if comment and comment.start() < start - first:
            return None
        value = _VALUE.fullmatch(line, 0, start - first)
        stop = first + (comment.start() if comment else len(line.rstrip()))
        if value and stop == end:
            keys = (value["key"].decode(),) if value["key"] else ()
            return Scalar(start=start, end=stop, keys=keys, assigned=self._assigned)
        return Scalar(start=first, end=stop, assigned=self._assigned, is_prose=True)
