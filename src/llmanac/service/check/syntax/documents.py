"""Reads JSON, with or without comments, and notebooks: JSON that holds programs."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from llmanac.service.check.syntax.grammars import PYTHON, TYPESCRIPT
from llmanac.service.check.syntax.scalar import Scalar
from llmanac.service.check.syntax.tree import TreeReader

_SHELL_LINE = re.compile(rb"(?m)^[ \t]*[!%][^\n]*")
_ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.", re.DOTALL)


class JsonReader(TreeReader):
    """The strings of JSON, JSONC and JSON5: each is an expression of JavaScript, and read as one in parentheses."""

    def __init__(self, data: bytes) -> None:
        super().__init__(TYPESCRIPT, b"(" + data + b"\n)")

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string that holds these bytes; None for a comment."""
        found = super().scalar_at(start + 1, end + 1)
        return replace(found, start=found.start - 1, end=found.end - 1) if found else None

    def is_broken_at(self, offset: int) -> bool:
        """Whether the parser could not make sense of the lines there."""
        return super().is_broken_at(offset + 1)


class NotebookReader:
    """The strings in the code of a Jupyter notebook; outputs and prose are passed over."""

    def __init__(self, data: bytes) -> None:
        document = JsonReader(data)
        self._broken = document.root.has_error
        self._cells = [] if self._broken else [_Cell(it, data) for it in _code_cells(document.root)]

    def is_broken_at(self, offset: int) -> bool:
        """Whether the file is no JSON."""
        del offset
        return self._broken

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string of a cell that holds these bytes."""
        cell = next((it for it in self._cells if it.start <= start and end <= it.end), None)
        return cell.scalar_at(start, end) if cell else None


class _Cell:
    """The code of one cell, with the place in the file of each of its bytes."""

    def __init__(self, strings: list[Node], data: bytes) -> None:
        code = bytearray()
        self._places: list[int] = []
        for node in strings:
            start = node.start_byte  # less the parenthesis in front, and past the quote
            for piece, place in _unescaped(data[start : node.end_byte - 2], start):
                code += piece
                self._places += [place] * len(piece)
        self.start = self._places[0] if self._places else 0
        self.end = self._places[-1] + 1 if self._places else 0
        self._shell = [it.span() for it in _SHELL_LINE.finditer(code)]
        self._reader = TreeReader(PYTHON, _SHELL_LINE.sub(lambda it: b" " * len(it[0]), bytes(code)))

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        first, last = bisect_right(self._places, start) - 1, bisect_right(self._places, end - 1)
        for line, stop in self._shell:
            if line <= first < stop:
                return Scalar(start=self._places[line], end=self._places[stop - 1] + 1, is_prose=True)
        found = self._reader.scalar_at(first, last)
        if found is None:
            return None
        place = self._places[found.end - 1] + 1 if found.end > found.start else self._places[found.start]
        return replace(found, start=self._places[found.start], end=place)


def _code_cells(root: Node) -> Iterator[list[Node]]:
    """The strings of each cell's source, in order."""
    for cells in _values(_object_in(root), "cells"):
        for cell in cells.named_children:
            kinds = [_string(it) for it in _values(cell, "cell_type")]
            if kinds == ["code"]:
                for source in _values(cell, "source"):
                    yield (
                        [source]
                        if source.type == "string"
                        else [it for it in source.named_children if it.type == "string"]
                    )


def _object_in(root: Node) -> Node:
    node = root
    while node.type != "object" and node.named_children:
        node = node.named_children[0]
    return node


def _values(node: Node, key: str) -> Iterator[Node]:
    for pair in node.named_children:
        name, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if name is not None and value is not None and _string(name) == key:
            yield value


def _string(node: Node) -> str:
    return (node.text or b"").decode(errors="replace").strip("\"'")


def _unescaped(raw: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """The bytes that a string of JSON stands for, each escape as one piece, with their places."""
    text = raw.decode("latin-1")
    at = 0
    for escape in _ESCAPE.finditer(text):
        yield from ((raw[it : it + 1], start + it) for it in range(at, escape.start()))
        yield _meant(escape[0]), start + escape.start()
        at = escape.end()
    yield from ((raw[it : it + 1], start + it) for it in range(at, len(raw)))


def _meant(escape: str) -> bytes:
    try:
        return str(json.loads(f'"{escape}"')).encode(errors="replace")
    except ValueError:
        return escape.encode("latin-1")
