"""Reads strings line by line: assignments of ``.env`` and ``.ini`` files, lines of commands, and anything else."""

from __future__ import annotations

import re
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
            above = [
                it["key"].decode() for it in _ASSIGNED.finditer(self._data, 0, first)
            ]  # a value may go on below its key
            return replace(beside, start=first + indent, end=last, keys=(*above[-1:], *beside.keys))
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
        heads = [it for it in _SECTION.finditer(self._data) if it.start() <= offset]
        if not heads:
            return Scalar(start=offset, end=offset, assigned=self._assigned)
        following = _SECTION.search(self._data, offset)
        end = following.start() if following else len(self._data)
        neighbours = self._assigned_in(heads[-1].end(), end)
        return Scalar(start=offset, end=end, keys=(heads[-1][1].decode(errors="replace"),), neighbours=(neighbours,))


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
        while first and self._data[:first].rstrip(b"\r\n \t").endswith(b"\\"):
            first, _ = self._line(first - 1)
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
