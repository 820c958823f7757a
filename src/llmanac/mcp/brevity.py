"""Answers that are no longer than a model wants to read: what does not fit is left out, and counted.

The length of an answer is estimated from its bytes of JSON: OpenAI's ``o200k_base`` makes a token of 2.8 to 3.5 of
them, and other vendors count in ways of their own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import orjson

Answer: TypeAlias = dict[str, Any]
"""The response of an operation, as parsed JSON."""

BYTES_PER_TOKEN = 2.75
NOTE_BYTES = 300
"""Bytes that are kept free for what is said of what was left out."""
MOST_NAMES = 6
LONGEST_NAME = 40
"""The most lists that are named in it, and the most characters of a name."""
SHORT_TEXT = 40
"""Bytes below which a text is not shortened."""
LEFT_OUT = "left_out"
FIELDS = "fields"
"""The name under which fields of the answer itself are counted."""


def tokens_of(answer: Answer) -> int:
    """The estimated length of an answer, in tokens."""
    return math.ceil(_size(answer) / BYTES_PER_TOKEN)


def without_unknowns(value: Any) -> Any:
    """A JSON value without the fields that are null or empty; lists keep their places."""
    match value:
        case dict():
            kept = {name: without_unknowns(it) for name, it in value.items()}
            return {name: it for name, it in kept.items() if it is not None and it not in ([], {})}
        case list():
            return [without_unknowns(it) for it in value]
        case _:
            return value


def fit(answer: Answer, *, tokens: int, items: str | None = None) -> Answer:
    """An answer of at most so many tokens, with ``left_out``: how many entries are missing of which of its lists.

    ``items`` is the list that the answer is about, which gives up its last entries before anything else is shortened.
    """
    room = int(tokens * BYTES_PER_TOKEN)
    if _size(answer) <= room:
        return answer
    room -= NOTE_BYTES
    left_out: Counter[str] = Counter()
    fitted = dict(answer)
    if items is not None:
        fitted[items] = _first_that_fit(fitted, items, room)
        left_out[items] = len(answer[items]) - len(fitted[items])
    while (excess := _size(fitted) - room) > 0:
        part = max(_parts(fitted), key=lambda it: it.size, default=None)
        if part is None:
            largest = max(fitted, key=lambda it: _size(fitted[it]))
            fitted = {name: it for name, it in fitted.items() if name != largest}
            left_out[FIELDS] += 1
            continue
        fitted, gone = _shortened(fitted, part, excess)
        left_out[part.name] += gone
    counted = {name[:LONGEST_NAME]: count for name, count in left_out.most_common(MOST_NAMES) if count}
    return {**fitted, LEFT_OUT: counted} if counted else fitted


def _first_that_fit(answer: Answer, items: str, room: int) -> list[Any]:
    """The first entries of a list with which the answer fits; at least one, where there is one."""
    used = _size({**answer, items: []})
    for count, entry in enumerate(answer[items]):
        used += _size(entry) + 1
        if used > room and count:
            return list(answer[items][:count])
    return list(answer[items])


class _Part(NamedTuple):
    """A list, an object or a text somewhere in an answer, and the way there."""

    size: int
    path: tuple[str | int, ...]
    value: Any

    @property
    def name(self) -> str:
        """The field of the answer in which it is."""
        return str(self.path[0])


def _parts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[_Part]:
    """The parts that could be shortened: lists of several entries, texts, and objects in which there is neither."""
    if isinstance(value, str):
        if (size := _size(value)) > SHORT_TEXT:
            yield _Part(size, path, value)
    elif isinstance(value, list) and len(value) > 1:
        yield _Part(_size(value), path, value)
    elif isinstance(value, list | dict):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        inner = [part for key, it in entries for part in _parts(it, (*path, key))]
        yield from inner
        if not inner and path and len(value) > 1:
            yield _Part(_size(value), path, value)


def _shortened(answer: Answer, part: _Part, excess: int) -> tuple[Answer, int]:
    """The answer with a part that is shorter by the excess, as far as it can be; and how many entries are gone."""
    gone = 0
    value: Any
    if isinstance(part.value, str):
        kept = max(SHORT_TEXT // 2, len(part.value.encode()) - excess - 4)
        value = part.value.encode()[:kept].decode(errors="ignore") + "…"
    else:
        entries: list[Any] = list(part.value.items() if isinstance(part.value, dict) else part.value)
        while len(entries) > 1 and excess > 0:
            excess -= _size(entries.pop()) + 1
            gone += 1
        value = dict(entries) if isinstance(part.value, dict) else entries
    return _replaced(answer, part.path, value), gone


def _replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    """A JSON value with another at the end of a path."""
    if not path:
        return by
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], by)
    return copy


def _size(value: Any) -> int:
    return len(orjson.dumps(value))
