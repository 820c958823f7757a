"""The filters of OpenRouter's list of models, and the index in which they are looked up, by bitmaps of places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from pyroaring import BitMap

from llmanac.search.index.buffers import bitmap
from llmanac.search.index.filter_index import LabelLookup, RangeLookup
from llmanac.search.query.filter_kinds import Interval
from llmanac.search.query.parameter import Parameter

ANY_OUTPUT, DEFAULT_OUTPUT = "all", "text"
UNANSWERED = (
    "category",
    "distillable",
    "min_age_days",
    "max_age_days",
    *(f"{bound}_{index}_index" for bound in ("min", "max") for index in ("intelligence", "coding", "agentic")),
    "min_tool_success_rate",
    "max_tool_success_rate",
)
"""OpenRouter's filters by what the catalog does not know: they are refused, since to ignore one would be a lie."""

OUTPUT_MODALITIES = Parameter(
    name="output_modalities", type=str, description="Models with one of these outputs, or `all`", max_length=256
)
PARAMETERS = (
    Parameter(name="offset", type=int, description="Models to skip", minimum=0),
    Parameter(name="limit", type=int, description="Most models; by default all", minimum=1, maximum=1000),
    Parameter(name="q", type=str, description="A part of the id or the name", max_length=256),
    Parameter(name="supported_parameters", type=str, description="Models that take all of these", max_length=256),
    OUTPUT_MODALITIES,
    Parameter(name="input_modalities", type=str, description="Models that take all of these", max_length=256),
    Parameter(name="context", type=int, description="Least length of the context", minimum=0),
    Parameter(name="min_price", type=float, description="Least price of input, USD per million tokens", minimum=0),
    Parameter(name="max_price", type=float, description="Highest price of input", minimum=0),
    Parameter(name="min_output_price", type=float, description="Least price of output", minimum=0),
    Parameter(name="max_output_price", type=float, description="Highest price of output", minimum=0),
    Parameter(name="arch", type=str, description="Models of a family", max_length=256),
    Parameter(name="model_authors", type=str, description="Models of these labs", max_length=256),
    Parameter(name="providers", type=str, description="Models that one of these hosts has", max_length=256),
    Parameter(name="zdr", type=str, description="Models of a host that keeps no requests", choices=("true",)),
    Parameter(name="region", type=str, description="Models of a host in this region", choices=("eu", "us")),
    Parameter(
        name="sort",
        type=str,
        description="The order; by default that of the catalog",
        choices=("most-popular", "newest", "pricing-low-to-high", "pricing-high-to-low", "context-high-to-low"),
    ),
    *(Parameter(name=name, type=str, description="Refused: the catalog does not know") for name in UNANSWERED),
)
"""Those of OpenRouter's parameters that the catalog can answer. Lists are separated by commas, in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model as OpenRouter lists it, with what its filters read."""

    id: str
    encoded: bytes
    text: str
    """Its id and name, folded."""
    lab: str
    family: str
    created: int
    context: int
    input_price: Decimal
    """USD per million tokens, at its first endpoint; below 0 where it varies."""
    output_price: Decimal
    parameters: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]
    hosts: frozenset[str]
    """The ids and the names of its hosts, folded."""
    regions: frozenset[str]
    keeps_nothing: bool


LABELS: Mapping[str, Callable[[ListedModel], Iterable[str]]] = {
    "supported_parameters": lambda it: it.parameters,
    "input_modalities": lambda it: it.inputs,
    OUTPUT_MODALITIES.name: lambda it: it.outputs,
    "model_authors": lambda it: (it.lab,),
    "providers": lambda it: it.hosts,
    "zdr": lambda it: ("true",) if it.keeps_nothing else (),
    "region": lambda it: it.regions,
}
"""The labels of a model, by the filter that takes one or several of them."""
COMBINED = frozenset({"supported_parameters", "input_modalities"})
"""The filters that take models with all of the labels; of the others, one label is enough."""
TEXTS: Mapping[str, Callable[[ListedModel], str]] = {"q": lambda it: it.text, "arch": lambda it: it.family}
"""The text in which a filter's value occurs."""
RANGES: Mapping[str, tuple[str, Callable[[float], Interval]]] = {
    "context": ("context", lambda least: Interval(least, None)),
    "min_price": ("input_price", lambda least: Interval(least, None)),
    "max_price": ("input_price", lambda most: Interval(0, most)),
    "min_output_price": ("output_price", lambda least: Interval(least, None)),
    "max_output_price": ("output_price", lambda most: Interval(0, most)),
}
"""The figure of a model that a filter bounds, and the interval that its value stands for."""
SORTS: Mapping[str, Callable[[ListedModel], tuple[float | Decimal, ...]]] = {
    "newest": lambda it: (-it.created,),
    "pricing-low-to-high": lambda it: (it.input_price < 0, it.input_price + it.output_price),
    "pricing-high-to-low": lambda it: (-(it.input_price + it.output_price),),
    "context-high-to-low": lambda it: (-it.context,),
}
"""The key of each order; any other is the order of the catalog."""


class ModelIndex:
    """The models of the list, in the order of the catalog, and the places of those that each filter takes."""

    def __init__(self, models: Sequence[ListedModel]) -> None:
        self.by_id = {it.id: it for it in models}
        self._models = models
        self._labels = {name: LabelLookup.of(_by_label(models, labels_of)) for name, labels_of in LABELS.items()}
        self._figures = {
            name: RangeLookup.of(sorted((float(getattr(it, name)), place) for place, it in enumerate(models)))
            for name in {figure for figure, _ in RANGES.values()}
        }

    def find(self, values: Mapping[str, Any]) -> Sequence[ListedModel]:
        """The models that meet the filters among the values of parameters, in the order that these ask for."""
        asked = {OUTPUT_MODALITIES.name: DEFAULT_OUTPUT, **values}
        chosen = [found for name, value in asked.items() if (found := self._passing(name, value)) is not None]
        places = reduce(BitMap.__and__, chosen) if chosen else range(len(self._models))
        models = [self._models[place] for place in places]
        key = SORTS.get(values.get("sort", ""))
        return sorted(models, key=key) if key else models

    def _passing(self, name: str, value: Any) -> BitMap | None:
        """The places of the models that meet a filter; None for a parameter that is none, or that takes all."""
        if name in LABELS:
            return self._labelled(name, _words(value))
        if name in TEXTS:
            text, text_of = value.strip().casefold(), TEXTS[name]
            return bitmap(place for place, it in enumerate(self._models) if text in text_of(it))
        if name in RANGES:
            figure, interval_of = RANGES[name]
            return self._figures[figure].passing(interval_of(value))
        return None

    def _labelled(self, name: str, labels: frozenset[str]) -> BitMap | None:
        if name == OUTPUT_MODALITIES.name and ANY_OUTPUT in labels:
            return None
        each = [self._labels[name].passing(label) for label in labels]
        if name in COMBINED:
            return reduce(BitMap.__and__, each) if each else None
        return BitMap.union(*each) if each else BitMap()


def _by_label(
    models: Sequence[ListedModel], labels_of: Callable[[ListedModel], Iterable[str]]
) -> Mapping[str, Sequence[int]]:
    """The places of the models with each label."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, it in enumerate(models):
        for label in labels_of(it):
            found[label].append(place)
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())
