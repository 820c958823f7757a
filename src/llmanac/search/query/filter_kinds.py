"""The kinds of filters, and the conditions that a query's parameters set on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Model, Offer
from llmanac.errors import InvalidRequest
from llmanac.search.query.parameter import Parameter


class Unit(StrEnum):
    """The unit of a range, which says how its numbers are written."""

    TOKENS = "tokens"
    USD = "USD per million tokens"


class Interval(NamedTuple):
    """A closed interval; a bound of None is no bound."""

    lower: float | None = None
    upper: float | None = None


class Condition(NamedTuple):
    """A condition of a query: a filter, and the value that it requires."""

    filter: str
    """The name of the row in ``FILTERS``."""
    value: str | Interval
    """A label in normal form, or bounds."""
    name: str
    """Its name in responses: the filter's, followed by the label where a query may require several."""


def label_of(value: object) -> str:
    """The normal form of a label: stripped of surrounding space, lower-case; a bool is ``true`` or ``false``."""
    return str(value).strip().lower()


def _no_aliases(_: CatalogData) -> Mapping[str, Sequence[str]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFilter:
    """A filter by labels: an offer passes if it has the required label, or all of several."""

    parameter: Parameter
    of: Callable[[Offer, Model], Any]
    """The label of an offer, from it and its base model: one, a tuple of several, or None where it is unknown."""
    title: str
    """Its name for people."""
    values: tuple[str | bool, ...] = ()
    """All labels, in the order in which they are counted; if empty, the labels that occur, most frequent first."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Other names of labels, each with its label."""
    aliases: Callable[[CatalogData], Mapping[str, Sequence[str]]] = _no_aliases
    """Other names for several labels of a catalog together, each with its labels."""
    is_counted: bool = True
    """Whether its labels are counted, for people to choose from."""
    is_own: bool = False
    """Whether it is about facts that only an organisation states."""

    @property
    def name(self) -> str:
        """The name of its parameter."""
        return self.parameter.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its one parameter."""
        return (self.parameter,)

    @property
    def facet(self) -> Parameter:
        """The parameter whose values are counted."""
        return self.parameter

    counts_note: ClassVar[None] = None

    def labels(self, value: Any) -> tuple[str, ...]:
        """The labels, in normal form, of a value that ``of`` returned."""
        if value is None:
            return ()
        return tuple(map(label_of, value)) if isinstance(value, tuple) else (label_of(value),)

    def conditions(self, values: Mapping[str, Any]) -> tuple[Condition, ...]:
        """The conditions that a query's parameter values, by name, set on this filter."""
        name = self.parameter.name
        value = values.get(name)
        if value is None:
            return ()
        if self.parameter.repeated:
            labels = {self.synonyms.get(label, label) for text in value for label in map(label_of, text.split(","))} - {
                ""
            }
            return tuple([Condition(name, label, f"{name}={label}") for label in sorted(labels)])
        label = label_of(value)
        label = self.synonyms.get(label, label)
        return (Condition(name, label, name),) if label else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeFilter:
    """A filter by a number between two bounds; an offer whose number is unknown does not pass."""

    name: str
    of: Callable[[Offer, Model], float | None]
    """The number of an offer, from it and its base model; None where it is unknown."""
    minimum: Parameter
    maximum: Parameter | None = None
    """The upper bound; None for a filter that only takes a lower one."""
    title: str
    """Its name for people."""
    unit: Unit
    note: str
    """The meaning of its numbers, for people."""
    steps: tuple[float, ...]
    """Values of the bound that is counted, in order."""
    counted: Literal["minimum", "maximum"]
    counts_note: str | None = None
    """A description of the counts of the steps, where the parameter's own does not fit."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its lower and, if it takes one, its upper bound."""
        return (self.minimum,) if self.maximum is None else (self.minimum, self.maximum)

    @property
    def facet(self) -> Parameter:
        """The bound whose steps are counted."""
        return self.maximum if self.maximum is not None and self.counted == "maximum" else self.minimum

    def conditions(self, values: Mapping[str, Any]) -> tuple[Condition, ...]:
        """The condition that a query's parameter values, by name, set on this filter; none without a bound.

        Raises InvalidRequest where the lower bound is above the upper one.
        """
        lower = values.get(self.minimum.name)
        upper = None if self.maximum is None else values.get(self.maximum.name)
        if lower is None and upper is None:
            return ()
        if self.maximum is not None and lower is not None and upper is not None and lower > upper:
            raise InvalidRequest(
                f"{self.minimum.name} ({lower}) is above {self.maximum.name} ({upper}), so nothing could match. "
                f"Exchange them, or leave one out.",
            )
        return (self.condition(Interval(lower, upper)),)

    def condition(self, interval: Interval) -> Condition:
        """The condition of these bounds."""
        return Condition(self.name, interval, self.name)

    def stepped(self, interval: Interval) -> Iterator[tuple[float, Condition]]:
        """Each step in place of the bound that is counted, unless it lies beyond the other bound."""
        lower, upper = interval
        for step in self.steps:
            if self.counted == "minimum" and (upper is None or step <= upper):
                yield step, self.condition(Interval(step, upper))
            elif self.counted == "maximum" and (lower is None or step >= lower):
                yield step, self.condition(Interval(lower, step))


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFilter:
    """A filter by an upper limit: an offer passes if its own number is not above it, and known. Nothing is counted."""

    parameter: Parameter
    of: Callable[[Offer, Model], float | None]
    """The number of an offer, from it and its base model; None where it is unknown."""
    title: str
    """Its name for people."""
    bound: Callable[[Any], float] = float
    """The largest number that passes, from the parameter's value."""
    is_own: bool = False
    """Whether it is about facts that only an organisation states."""

    @property
    def name(self) -> str:
        """The name of its parameter."""
        return self.parameter.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its one parameter."""
        return (self.parameter,)

    @property
    def facet(self) -> Parameter:
        """Its parameter, of which no values are counted."""
        return self.parameter

    def conditions(self, values: Mapping[str, Any]) -> tuple[Condition, ...]:
        """The condition that a query's parameter values, by name, set on this filter; none without a limit."""
        limit = values.get(self.name)
        return () if limit is None else (Condition(self.name, Interval(None, self.bound(limit)), self.name),)


Filter: TypeAlias = LabelFilter | RangeFilter | LimitFilter
