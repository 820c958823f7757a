"""Form fields: the parts of a document as a person reads and writes them, each as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.pages.forms.query_form import Fields


class Widget(StrEnum):
    """The control that a field is drawn as."""

    LINE = "line"
    LINES = "lines"
    CHOICE = "choice"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a value as text: the control for it, and both directions."""

    widget: Widget
    read: Callable[[Sequence[str]], Any]
    """The value of the texts that were sent, none of them empty. Raises ValueError, which says what would be right."""
    write: Callable[[Any], str]


def _write_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_text(texts: Sequence[str]) -> str:
    return texts[-1].replace("\r\n", "\n")


def _read_items(texts: Sequence[str]) -> list[str]:
    """Items between commas; one that has a comma itself stands in quotation marks, as in CSV."""
    rows = csv.reader(texts, skipinitialspace=True)
    return [item.strip() for row in rows for item in row if item.strip()]


def _write_items(value: Sequence[str] | str) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow([value] if isinstance(value, str) else value)
    return row.getvalue().replace(",", ", ") if '"' not in row.getvalue() else row.getvalue()


def _read_lines(texts: Sequence[str]) -> list[str]:
    return [*_lines(texts)]


def _write_lines(value: Sequence[str] | str) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _read_pairs(texts: Sequence[str]) -> dict[str, Any]:
    """Lines of ``name = value``; a name that stands in several lines has several values."""
    pairs: dict[str, Any] = {}
    for line in _lines(texts):
        name, is_pair, value = (part.strip() for part in line.partition("="))
        if not (name and is_pair and value):
            raise ValueError(f"Each line should be like provider = azure, not {line[:80]!r}")
        pairs.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in pairs.items()}


def _write_pairs(value: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{name} = {_write_text(it)}"
        for name, values in value.items()
        for it in (values if isinstance(values, list | tuple) else [values])
    )


def _read_tiers(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Lines of ``200000: input=6 output=22.5``."""
    tiers = []
    for line in _lines(texts):
        above, is_tier, rates = line.partition(":")
        pairs = [rate.split("=") for rate in rates.split()]
        if not (is_tier and pairs and all(len(pair) == 2 for pair in pairs)):  # noqa: PLR2004 -- a name and a value
            raise ValueError(f"Each line should be like 200000: input=6 output=22.5, not {line[:80]!r}")
        tiers.append({"above": above.strip(), "rates": dict(pairs)})
    return tiers


def _write_tiers(value: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"{tier['above']}: {' '.join(f'{name}={_write_text(rate)}' for name, rate in tier['rates'].items())}"
        for tier in value
    )


def _lines(texts: Sequence[str]) -> Iterator[str]:
    return (line.strip() for text in texts for line in text.splitlines() if line.strip())


TEXT = Format(Widget.LINE, _read_text, _write_text)
LONG_TEXT = Format(Widget.LINES, _read_text, _write_text)
CHOICE = Format(Widget.CHOICE, _read_text, _write_text)
ITEMS = Format(Widget.LINE, _read_items, _write_items)
ITEM_LINES = Format(Widget.LINES, _read_lines, _write_lines)
CHECKS = Format(Widget.CHECKS, _read_items, _write_items)
PAIRS = Format(Widget.LINES, _read_pairs, _write_pairs)
TIERS = Format(Widget.LINES, _read_tiers, _write_tiers)

YES_NO = {"true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: a place in a document, and how that is written as text."""

    path: str
    """The keys from the top of the document on, joined by dots; also its name in the form."""
    label: str
    format: Format = TEXT
    hint: str = ""
    """An example of what to write."""
    choices: Mapping[str, str] | None = None
    """The labels of all values that it may have, by value."""

    @property
    def id(self) -> str:
        """The id of its element."""
        return f"field-{self.path.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together under a title."""

    title: str
    fields: tuple[FormField, ...]
    note: str = ""
    is_folded: bool = False
    """Whether it is folded up while none of its fields has a value."""
    only_for: frozenset[str] | None = None
    """The ways of the form (see ``Form.ways``) that have these fields; None for all."""

    def without(self, path: str) -> FieldGroup:
        """The group without one of its fields."""
        return replace(self, fields=tuple(it for it in self.fields if it.path != path))


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the groups of fields in which a document, or an item of one of its lists, is written."""

    groups: tuple[FieldGroup, ...]
    ways: Mapping[str, str] | None = None
    """The kinds of document that it can be, of which it is one: the labels, by the value of the field ``way``."""

    def fields_of(self, way: str | None) -> Iterator[FormField]:
        """The fields of a document of this way."""
        return (it for group in self.groups if group.only_for is None or way in group.only_for for it in group.fields)

    @property
    def fields(self) -> Iterator[FormField]:
        """All fields."""
        return (it for group in self.groups for it in group.fields)

    def way(self, sent: Fields) -> str | None:
        """The way that was chosen; the first where none was."""
        chosen = sent.one("way")
        return chosen if self.ways and chosen in self.ways else next(iter(self.ways or ()), None)

    def read(self, sent: Fields) -> dict[str, Any]:
        """The document that was sent: nested objects, without what was left empty.

        Its values may be texts still; the model of the document reads them. Raises InvalidParameters with each fault.
        """
        document: dict[str, Any] = {}
        faults: list[ParameterFault] = []
        for it in self.fields_of(self.way(sent)):
            texts = sent.values(it.path)
            if not texts:
                continue
            try:
                value = it.format.read(texts)
            except ValueError as error:
                faults.append(ParameterFault(tuple(it.path.split(".")), str(error), "value_error"))
                continue
            *parents, key = it.path.split(".")
            place = document
            for parent in parents:
                place = place.setdefault(parent, {})
            place[key] = value
        if faults:
            raise InvalidParameters(
                "; ".join(f"{'.'.join(map(str, it.loc))}: {it.msg}" for it in faults), faults=tuple(faults)
            )
        return document

    def write(self, document: Mapping[str, Any]) -> Fields:
        """The fields of a document, with texts as a person would write them."""
        pairs = [("way", way)] if (way := self._way_of(document)) else []
        for it in self.fields:
            value: Any = document
            for key in it.path.split("."):
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None and value not in ([], {}):
                pairs.append((it.path, it.format.write(value)))
        return Fields(tuple(pairs))

    def field_at(self, loc: Sequence[str | int]) -> str | None:
        """The path of the field in which the place of a fault is; None where it is in no field."""
        keys = [str(key) for key in loc]
        paths = {it.path for it in self.fields}
        return next((path for end in range(len(keys), 0, -1) if (path := ".".join(keys[:end])) in paths), None)

    def _way_of(self, document: Mapping[str, Any]) -> str | None:
        ways = [*(self.ways or ())]
        return next((way for way in ways if way in document), next(iter(ways), None))
