"""Reads the objects of a feed by a Schema, and records what had to be left out.

First, the known and well-typed fields of an object are selected. Then its fields are read; each distinct value is
validated once per feed. A field that is absent and one that was rejected are both None; only the latter leaves a
Reject.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from llmanac.domain.dates import day_of
from llmanac.domain.records import MAX_NAME_LENGTH
from llmanac.ingest.content.document import Document, kind_of
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.layer import Layer, ModelClaims, ProviderClaims, Reject

MAX_COUNT = 10**12
"""Maximum number of tokens."""
MAX_PRICE = 10**9
"""Maximum price, in the unit of the source."""

SIGNIFICANT_DIGITS = 12
"""Significant digits of a price: enough for any real one, and too few for the rounding errors of floats."""

DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}|UTC))?", re.ASCII)
"""A day with a time, of which only the day is read: nothing here is as exact as that."""
EPOCH = "1970-01-01"
"""The date that models.dev states where it knows none."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """The types that a field may have, and their name in messages."""

    name: str
    types: frozenset[type]


TEXT = FieldType("a string", frozenset({str}))
FLAG = FieldType("true or false", frozenset({bool}))
NUMBER = FieldType("a number", frozenset({int, float}))
BLOCK = FieldType("an object", frozenset({dict}))
LIST = FieldType("a list", frozenset({list}))
ANYTHING = FieldType("anything", frozenset({str, bool, int, float, dict, list, type(None)}))
FLAG_OR_BLOCK = FieldType("true, false or an object", frozenset({bool, dict}))


Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Schema:
    """The schema of one kind of object in a feed: its dotted path, and its fields by type, as space-separated names.

    ``patterns`` are for fields that are recognised by the form of their name.
    """

    __slots__ = ("_fields", "_patterns", "path", "within")

    def __init__(
        self, path: str, *fields: tuple[FieldType, str], patterns: tuple[tuple[FieldType, re.Pattern[str]], ...] = ()
    ) -> None:
        self.path = path
        self.within = path.partition(".")[2]
        """The path within the record, without the record's own name."""
        self._fields = {key: kind for kind, keys in fields for key in keys.split()}
        self._patterns = patterns

    def kind(self, key: str) -> FieldType | None:
        """The type of a field; None where the field is unknown."""
        known = self._fields.get(key)
        return known or next((kind for kind, pattern in self._patterns if pattern.fullmatch(key)), None)


class RecordReader:
    """Reads and validates the fields of records, and collects rejects and unknown keys."""

    def __init__(self, memo: DecodeMemo | None = None) -> None:
        """``memo`` has the records of another revision of the feed, and receives those of this one."""
        self._memo = memo
        self._noted = 0
        """Number of rejects and unknown keys so far."""
        self.rejects: list[Reject] = []
        self.unknown_keys: Counter[str] = Counter()
        self._clean: set[tuple[object, ...]] = set()
        self._texts: dict[str, str] = {}
        self._dates: dict[str, str] = {}
        self._lists: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._decimals: dict[float, Decimal] = {}

    def reject(self, where: str, reason: str) -> None:
        """Add a reject."""
        self._noted += 1
        self.rejects.append(Reject(where, reason))

    def layer(
        self,
        source: str,
        document: Document,
        *,
        providers: tuple[ProviderClaims, ...] = (),
        models: tuple[ModelClaims, ...] = (),
    ) -> Layer:
        """The layer of a document: its claims, with the rejects and unknown keys so far."""
        return Layer(
            source=source,
            providers=providers,
            models=models,
            size=len(models) + sum(len(provider.models) for provider in providers),
            rejects=(*document.repeated, *self.rejects),
            unknown_keys=dict(sorted(self.unknown_keys.items())),
            sha256=document.sha256,
        )

    def select(self, values: dict[str, Any], schema: Schema, where: str) -> dict[str, Any]:
        """Select the known, well-typed fields; unknown keys are counted, and mistyped values rejected."""
        signature = (schema.path, *values, *map(type, values.values()))
        if signature in self._clean:
            return values
        selected: dict[str, Any] = {}
        for key, value in values.items():
            kind = schema.kind(key)
            if kind is None:
                self._noted += 1
                self.unknown_keys[f"{schema.path}.{key}"] += 1
            elif type(value) in kind.types:
                selected[key] = value
            else:
                self.reject(
                    field_path(where, f"{schema.within}.{key}".lstrip(".")), f"{kind_of(value)}, not {kind.name}"
                )
        if len(selected) == len(values):
            self._clean.add(signature)
        return selected

    def text(self, values: dict[str, Any], key: str, where: str) -> str | None:
        """A string of one line, without surrounding or doubled white space."""
        value = values.get(key)
        return None if value is None else self._texts.get(value) or self._new_text(value, field_path(where, key))

    def date(self, values: dict[str, Any], key: str, where: str) -> str | None:
        """A date, ``YYYY-MM-DD`` or ``YYYY-MM``; of a date with a time, the day.

        Upstream's 1970-01-01 means unknown, and is rejected.
        """
        value = values.get(key)
        return None if value is None else self._dates.get(value) or self._new_date(value, field_path(where, key))

    def texts(self, values: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        """The strings of a list; other items are rejected one by one."""
        items = tuple(values.get(key, ()))
        try:
            return self._lists[items]
        except (KeyError, TypeError):  # A list that is new, or has objects in it
            return self._new_texts(items, field_path(where, key))

    def count(self, values: dict[str, Any], key: str, where: str) -> int | None:
        """A whole number of tokens; None for 0, which feeds write for unknown."""
        value = values.get(key)
        if not value:
            return None
        if 0 < value <= MAX_COUNT and value == int(value):
            return int(value)
        self.reject(field_path(where, key), f"{value} is not a whole number between 0 and {MAX_COUNT}")
        return None

    def price(self, values: dict[str, Any], key: str, where: str) -> Decimal | None:
        """A price, without the rounding errors of floats: 0.049999999999999996 is 0.05."""
        value = values.get(key)
        if value is None:
            return None
        known = self._decimals.get(value)
        if known is None:
            if not 0 <= value <= MAX_PRICE:
                self.reject(field_path(where, key), f"{value} is not between 0 and {MAX_PRICE}")
                return None
            self._decimals[value] = known = Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return known

    def record(self, where: str, values: dict[str, Any], make: Callable[[], Made]) -> Made:
        """The record of an object: that of the memo where its JSON is equal and had no rejects, else a new one."""
        if self._memo is None:
            return make()
        known: Made | None = self._memo.find(where, values)
        if known is not None:
            return known
        noted = self._noted
        made = make()
        if self._noted == noted:
            self._memo.keep(where, values, made)
        return made

    def once(self, made: dict[Key, Made], key: Key, make: Callable[[], Made]) -> Made:
        """The value made for an equal key before; else a new one, kept in ``made`` unless it had rejects."""
        known = made.get(key)
        if known is None:
            rejects = len(self.rejects)
            known = make()
            if len(self.rejects) == rejects:
                made[key] = known
        return known

    def _new_text(self, value: str, where: str) -> str | None:
        text = " ".join(value.split())
        if is_showable(text):
            self._texts[value] = text
            return text
        self.reject(where, f"{value[:40]!r} is blank, longer than {MAX_NAME_LENGTH}, or has control characters")
        return None

    def _new_date(self, value: str, where: str) -> str | None:
        timed = DATE_TIME.fullmatch(value)
        stated = timed[1] if timed else value
        if stated == EPOCH:
            self.reject(where, f"{EPOCH} stands for a date that nobody looked up")
        elif not is_date(stated):
            self.reject(where, f"{value[:40]!r} is not a date of the calendar (YYYY-MM-DD or YYYY-MM)")
        else:
            self._dates[value] = stated
            return stated
        return None

    def _new_texts(self, items: tuple[Any, ...], where: str) -> tuple[str, ...]:
        usable = tuple([item for item in items if type(item) is str and is_showable(item)])
        if len(usable) == len(items):
            self._lists[items] = usable
        for item in items:
            if item not in usable:
                self.reject(where, f"the item {str(item)[:40]!r} is not a word or a line of text")
        return usable


def field_path(where: str, key: str) -> str:
    """The path of a field, ``provider/model: cost.input``, from that of its record or of an enclosing field."""
    return f"{where}.{key}" if ": " in where else f"{where}: {key}"


def is_showable(text: str) -> bool:
    """Returns True if a text is neither blank nor overlong, and has no control or other invisible characters."""
    return text.isprintable() and 0 < len(text) <= MAX_NAME_LENGTH and not text.isspace()


def is_date(value: str) -> bool:
    """Returns True for a valid day, ``YYYY-MM-DD``, or month, ``YYYY-MM``."""
    if not DATE.fullmatch(value):
        return False
    try:
        day_of(value)
    except ValueError:
        return False
    return True
