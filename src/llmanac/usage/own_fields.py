"""The fields of a line by which a bill is grouped, as texts: nothing else of a line is kept beside its usage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeAlias

OwnFields: TypeAlias = Mapping[str, str | None]
"""Texts by the names of fields; None for a field that a line has not, or that is neither a text, a number, a boolean
nor a list of these."""

NO_FIELDS: OwnFields = MappingProxyType({})
LONGEST = 500
"""Maximum length of a text, in characters; a longer one is cut, and ends in an ellipsis."""
MOST_MEMBERS = 100
"""Members of a list that are read."""


def field_reader(names: Sequence[str]) -> Callable[[Mapping[str, Any]], OwnFields]:
    """The function that reads these fields of a line, each by its name or by the path to it (``metadata.team``)."""
    paths = [(name, name.split(".")) for name in names]

    def read(line: Mapping[str, Any]) -> OwnFields:
        return {name: _text(_found(line, name, path)) for name, path in paths}

    return read if paths else lambda _: NO_FIELDS


def _found(line: Mapping[str, Any], name: str, path: Iterable[str]) -> Any:
    found: Any = line.get(name)
    if found is None:
        found = line
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str | None:
    """The value of a field as text: a list as its members, in order."""
    if isinstance(value, list):
        members = (it for it in islice(value, MOST_MEMBERS) if not isinstance(it, list))
        return _cut(",".join(filter(None, map(_text, members)))) or None
    if isinstance(value, bool):
        return str(value).lower()
    return _cut(str(value)) or None if isinstance(value, str | int | float) else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
