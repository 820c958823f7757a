"""The filter form with its counts, and the chips of the filters that are set.

Both are derived from ``search.query.filters.FILTERS``: a filter's class determines its field, and ``drawing.labels``
has the labels of its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any, ClassVar, TypeAlias

from llmanac.pages.drawing import formatting, labels
from llmanac.pages.forms.query_form import Fields
from llmanac.search.facets import Count, FacetCounts
from llmanac.search.query.filter_kinds import (
    Condition,
    Filter,
    Interval,
    LabelFilter,
    LimitFilter,
    RangeFilter,
    Unit,
    label_of,
)
from llmanac.search.query.filters import FILTERS, FILTERS_BY_NAME
from llmanac.search.query.query import Query

BAR_HEIGHT = 24
ORDER = ("capabilities", "price", "context", "open_weights", "provider")
"""The order of the form; filters that are not named here come last."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram over a slider: the offers between ``value`` and the next bar's."""

    value: float
    height: float


@dataclass(frozen=True, slots=True)
class NumberInput:
    """One bound of a range."""

    name: str
    label: str
    placeholder: str
    value: str
    """The text as it was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeField:
    """A field with two bounds, a slider and a histogram."""

    kind: ClassVar[str] = "range"
    title: str
    note: str
    unit: Unit
    step: str
    """The ``step`` attribute of the number inputs."""
    least: int
    bars: Sequence[Bar]
    steps: Sequence[float]
    interval: Interval
    inputs: Sequence[NumberInput]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be selected."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    """A field to select one or more values; ``kind`` is the template macro that renders it."""

    kind: str
    title: str
    name: str
    choices: Sequence[Choice]
    more: Sequence[Choice] = ()
    """The choices that are collapsed at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitField:
    """A field for an upper limit: a day or a number."""

    kind: ClassVar[str] = "limit"
    title: str
    name: str
    value: str
    """The text as it was typed."""
    input_type: str
    """The ``type`` attribute of the input."""


FilterField: TypeAlias = RangeField | ChoiceField | LimitField


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter and the URL of the view without it."""

    label: str
    url: str


def filter_fields(
    counts: FacetCounts,
    query: Query,
    *,
    fields: Fields,
    names: Mapping[str, Mapping[str, str]],
    rows: Sequence[Filter] = FILTERS,
) -> list[FilterField]:
    """The form's fields in order. ``names`` has, by filter, labels of values that depend on the catalog."""
    place = {name: number for number, name in enumerate(ORDER)}
    ordered = sorted(rows, key=lambda row: place.get(row.name, len(ORDER)))
    found: list[FilterField] = []
    for row in ordered:
        match row:
            case RangeFilter():
                found.append(_range_field(row, counts, query, fields=fields))
            case LimitFilter() if not row.is_own or fields.one(row.name):
                input_type = "date" if row.parameter.type is date else "number"
                value = fields.one(row.name) or ""
                found.append(LimitField(title=row.title, name=row.name, value=value, input_type=input_type))
            case LabelFilter() if row.is_counted:
                field = _choice_field(row, counts, query, names=names.get(row.name, {}))
                # Nobody chooses by facts that no overlay states.
                if not row.is_own or any(it.count or it.is_chosen for it in (*field.choices, *field.more)):
                    found.append(field)
    return found


def bars(counts: Sequence[Count[Any]], *, at_least: bool) -> list[Bar]:
    """The histogram of cumulative counts: each counts the offers at or above (or at or below) a step.

    Cumulative counts do not cover what is below the first step, or above the last: that bar has no height.
    """
    numbers = [it.count for it in counts]
    neighbours = [*numbers[1:], 0] if at_least else [0, *numbers[:-1]]
    between = [max(0, number - neighbour) for number, neighbour in zip(numbers, neighbours, strict=True)]
    most = max(between, default=0) or 1
    drawn = [Bar(float(step.value), round(BAR_HEIGHT * it / most, 1)) for step, it in zip(counts, between, strict=True)]
    return [Bar(0.0, 0.0), *drawn] if at_least else [*drawn, Bar(inf, 0.0)]


def chips(query: Query, fields: Fields) -> list[Chip]:
    """The chips of the filters that a query sets; a range has one for each bound."""
    return [chip for condition in query.conditions for chip in _chips(condition, query, fields=fields)]


def removal_chips(counts: FacetCounts, fields: Fields) -> list[Chip]:
    """The chips of filters whose removal would give results, where there are none."""
    found = []
    for removal in counts.nothing.filters if counts.nothing else ():
        if removal.without:
            name, _, value = removal.filter.partition("=")
            kept = [it for it in fields.all(name) if it.lower() != value] if value else None
            changes = {parameter.name: kept for parameter in FILTERS_BY_NAME[name].parameters}
            offers = "1 offer" if removal.without == 1 else f"{removal.without:,} offers"
            label = (value or name).replace("_", " ")
            found.append(Chip(f"Without the filter “{label}”: {offers}", fields.url("/", **changes, offset=None)))
    return found


def _range_field(row: RangeFilter, counts: FacetCounts, query: Query, *, fields: Fields) -> RangeField:
    counted = counts[row.facet.name]
    return RangeField(
        title=row.title,
        note=row.note,
        unit=row.unit,
        step="1" if row.minimum.type is int else "any",
        least=row.minimum.minimum or 0,
        bars=bars(counted, at_least=row.counted == "minimum"),
        steps=[float(it.value) if row.minimum.type is float else int(it.value) for it in counted],
        interval=query.interval(row.name),
        inputs=[
            NumberInput(parameter.name, f"{row.title} {end}", end, fields.one(parameter.name) or "")
            for parameter, end in zip(row.parameters, ("from", "up to"), strict=False)  # some have no upper bound
        ],
    )


def _choice_field(row: LabelFilter, counts: FacetCounts, query: Query, *, names: Mapping[str, str]) -> ChoiceField:
    chosen = query.labels(row.name)
    names = {**labels.CHOICES.get(row.name, {}), **names}
    choices = [
        Choice(
            value := str(it.value).lower() if isinstance(it.value, bool) else str(it.value),
            names.get(value) or value,
            it.count,
            label_of(value) in chosen,
        )
        for it in counts[row.facet.name]
    ]
    if row.parameter.repeated:
        first = labels.PROMINENT.get(row.name) or {it.value for it in choices}
        shown = [it for it in choices if it.value in first or it.is_chosen]
        more = [it for it in choices if it not in shown]
        return ChoiceField(kind="checkboxes", title=row.title, name=row.name, choices=shown, more=more)
    if row.values:
        return ChoiceField(kind="segments", title=row.title, name=row.name, choices=choices)
    missing = [Choice(label, label, 0, is_chosen=True) for label in chosen if not any(it.is_chosen for it in choices)]
    return ChoiceField(kind="select", title=row.title, name=row.name, choices=choices, more=missing)


def _chips(condition: Condition, query: Query, *, fields: Fields) -> Iterable[Chip]:
    row = FILTERS_BY_NAME[condition.filter]
    if isinstance(row, RangeFilter):
        for parameter, bound, end in zip(
            row.parameters, query.interval(row.name), ("from", "up to"), strict=False
        ):  # likewise
            if bound is not None:
                label = f"{row.title} {end} {_written(bound, row.unit)}"
                yield Chip(label, fields.url("/", **{parameter.name: None}, offset=None))
        return
    if isinstance(row, LimitFilter):
        yield Chip(f"{row.title} {fields.one(row.name)}", fields.url("/", **{row.name: None}, offset=None))
        return
    value = str(condition.value)
    others = [it for it in query.labels(row.name) if it != value]
    named = labels.CHIPS.get(row.name, {}).get(value)
    label = named or (value if row.parameter.repeated else f"{row.title}: {value}")
    yield Chip(label, fields.url("/", **{row.name: others or None}, offset=None))


def _written(bound: float, unit: Unit) -> str:
    return formatting.tokens(int(bound)) if unit is Unit.TOKENS else f"${bound:g}"
