"""A string of a file, with the names that it is a value of. Every reader answers with these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A string of a file: between quotes, a bare word, or a text of several lines. Offsets are bytes."""

    start: int
    """The offset of its content, after the quote."""
    end: int
    keys: tuple[str, ...] = ()
    """Names that it is a value of, innermost first: keys, parameters, variables, options, headers of tables."""
    neighbours: tuple[Mapping[str, str], ...] = ()
    """Strings beside it by their keys, in each mapping around it, innermost first."""
    assigned: Mapping[str, str] = field(default_factory=dict)
    """Strings by the names that the file assigns them to; empty where mappings hold all."""
    calls: tuple[str, ...] = ()
    """Functions and commands that it is an argument of, innermost first."""
    is_key: bool = False
    """It is a key of a mapping."""
    is_prose: bool = False
    """Only assignments and options in it count, never the whole of it."""


class ScalarReader(Protocol):
    """The strings of one file."""

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string that holds these bytes; None for a comment, a name in code, or an import."""

    def is_broken_at(self, offset: int) -> bool:
        """Whether the file is not in its format there."""
