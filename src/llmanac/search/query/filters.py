"""The table of filters; each row is a filter everywhere, from the index to the web page.

The parameters of HTTP and of the command, the index, the facets, and the page's form and chips are made from
``FILTERS``. A new filter is one row here, its rows in ``docs/catalog.md``, and a key for each of its parameters in
``catalog.filters.SearchFilters``, where a type checker must see them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Capability, Model, ModelKind, Offer
from llmanac.errors import InvalidRequest
from llmanac.search.query.parameter import Parameter

CAPABILITY_SYNONYMS = {
    "tools": Capability.TOOL_CALL,
    "tool_calling": Capability.TOOL_CALL,
    "tool_use": Capability.TOOL_CALL,
    "function_calling": Capability.TOOL_CALL,
    "functions": Capability.TOOL_CALL,
    "thinking": Capability.REASONING,
    "response_format": Capability.STRUCTURED_OUTPUT,
    "response_schema": Capability.STRUCTURED_OUTPUT,
    "json_schema": Capability.STRUCTURED_OUTPUT,
    "structured_outputs": Capability.STRUCTURED_OUTPUT,
    "image": Capability.VISION,
    "images": Capability.VISION,
    "image_input": Capability.VISION,
    "file": Capability.PDF,
    "pdf_input": Capability.PDF,
    "audio": Capability.AUDIO_INPUT,
    "video": Capability.VIDEO_INPUT,
    "image_generation": Capability.IMAGE_OUTPUT,
    "caching": Capability.PROMPT_CACHING,
    "cache": Capability.PROMPT_CACHING,
    "attachments": Capability.ATTACHMENT,
}


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
class DayFilter:
    """A filter by a day: an offer passes if its own is before the given one, and known."""

    parameter: Parameter
    of: Callable[[Offer, Model], float | None]
    """The day of an offer, from it and its base model, as its proleptic Gregorian ordinal; None where it is unknown."""
    title: str
    """Its name for people."""

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
        """The condition that a query's parameter values, by name, set on this filter; none without a day."""
        day = values.get(self.name)
        return () if day is None else (Condition(self.name, Interval(None, day.toordinal() - 1), self.name),)


Filter: TypeAlias = LabelFilter | RangeFilter | DayFilter


def _price(offer: Offer, _: Model) -> float | None:
    bound = offer.price.bound
    return None if bound is None else float(bound)


def _last_day(offer: Offer, _: Model) -> float | None:
    last = offer.lifecycle.retires_on
    return None if last is None else last.day.toordinal()


def litellm_prefixes(catalog: CatalogData) -> Mapping[str, Sequence[str]]:
    """The providers of each LiteLLM prefix, in lower case, that is not itself the id of a provider."""
    ids = {label_of(provider) for provider in catalog.providers}
    providers: defaultdict[str, list[str]] = defaultdict(list)
    for provider, known in catalog.providers.items():
        prefix = label_of(known.litellm_prefix or "")
        if prefix and prefix not in ids:
            providers[prefix].append(label_of(provider))
    return providers


FILTERS: tuple[Filter, ...] = (
    LabelFilter(
        parameter=Parameter(name="provider", type=str, description="Restrict catalog results to a single provider"),
        of=lambda offer, _: offer.provider,
        title="Host",
        aliases=litellm_prefixes,
    ),
    LabelFilter(
        parameter=Parameter(
            name="capabilities", type=str, repeated=True, description="Require one or more model capabilities"
        ),
        of=lambda offer, _: offer.capabilities,
        title="Capabilities",
        values=tuple(it.value for it in Capability),
        synonyms={name: capability.value for name, capability in CAPABILITY_SYNONYMS.items()},
    ),
    LabelFilter(
        parameter=Parameter(
            name="open_weights", type=bool, description="Restrict results by open-weights availability"
        ),
        of=lambda offer, _: offer.open_weights,
        title="Weights",
        values=(True, False),
    ),
    LabelFilter(
        parameter=Parameter(
            name="kind",
            type=str,
            choices=tuple(it.value for it in ModelKind),
            description="Restrict results to models of one kind of use",
        ),
        of=lambda offer, _: offer.kind,
        title="Kind",
        values=tuple(it.value for it in ModelKind),
    ),
    RangeFilter(
        name="context",
        of=lambda offer, _: offer.limits.context,
        minimum=Parameter(name="min_context", type=int, minimum=1, description="Minimum context window"),
        maximum=Parameter(name="max_context", type=int, minimum=1, description="Maximum context window"),
        title="Context",
        unit=Unit.TOKENS,
        note="tokens",
        steps=(8_000, 32_000, 128_000, 200_000, 400_000, 1_000_000),
        counted="minimum",
    ),
    RangeFilter(
        name="price",
        of=_price,
        minimum=Parameter(name="min_price", type=float, description="Minimum max token price across input/output"),
        maximum=Parameter(name="max_price", type=float, description="Maximum max token price across input/output"),
        title="Price",
        unit=Unit.USD,
        note="USD per million tokens, the larger of input and output",
        steps=(0.0, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0),
        counted="maximum",
        counts_note="USD per million tokens; 0 is what is free",
    ),
    DayFilter(
        parameter=Parameter(
            name="retires_before",
            type=date,
            description="Only what has a last day before this one, or has ended: YYYY-MM-DD",
        ),
        of=_last_day,
        title="Retires before",
    ),
)
"""Every filter, in the order of their parameters."""

FILTERS_BY_NAME: Mapping[str, Filter] = {it.name: it for it in FILTERS}
