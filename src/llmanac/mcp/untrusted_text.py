"""Text of others, such as names and descriptions of models: data that nobody has read before a model reads it."""

from __future__ import annotations

from typing import Any


def made_visible(value: Any) -> Any:
    """A JSON value whose texts have no character that a person would not see.

    Control, format and bidirectional characters, tags and private ones are taken out: they could hide words from a
    person that a model reads, or change the order in which both read them. Line breaks become spaces.
    """
    match value:
        case str():
            return _visible(value)
        case list():
            return [made_visible(it) for it in value]
        case dict():
            return {_visible(name): made_visible(it) for name, it in value.items()}
        case _:
            return value


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(it if it.isprintable() else " " if it.isspace() else "" for it in text)
