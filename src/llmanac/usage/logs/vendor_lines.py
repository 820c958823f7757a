"""Lines with a vendor's response, or with a model, a time and the vendor's usage object beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import chain
from typing import Any, NamedTuple

from llmanac.usage.counts import Object
from llmanac.usage.record import (
    BATCH,
    STANDARD,
    NotPricedReason,
    UsageFault,
    UsageRecord,
)
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.shape import UsageShape
from llmanac.usage.shapes.table import SHAPES, shape_of
from llmanac.usage.times import read_time

WRAPPERS = ((), ("response",), ("response", "body"), ("message",), ("result", "message"), ("body",), ("data",))
"""The places of a response in a line, by the names that lead to it."""
BATCH_WRAPPER = ("response", "body")
"""The place of a response in the output of OpenAI's batches."""
USAGE_NAMES = ("usage", "usageMetadata", "usage_metadata")
MODEL_NAMES = ("model", "modelId", "modelVersion", "model_version", "model_id")
TIME_NAMES = ("time", "timestamp", "at", "created_at", "created", "createTime", "startTime", "start_time")
HOST_NAMES = ("host", "provider", "custom_llm_provider")
NAMES = (MODEL_NAMES, TIME_NAMES, HOST_NAMES)
FLAT = "prompt_tokens"
"""The count by which a line is known that is a usage object itself."""
MOST_KNOWN = 4096
"""Sets of keys whose shapes are remembered, ..."""
MOST_NAMES, LONGEST_NAME = 100, 60
"""... each of at most so many names with so many characters: of a hostile log they would be gigabytes."""


class Route(NamedTuple):
    """Where lines with the same keys have what is read of them; None for what they do not have."""

    shape: UsageShape
    model: str | None
    """The name of the model's id in the line; None where it is elsewhere."""
    time: str | None
    """The name of the time in the line; None where it is elsewhere."""
    host: str | None
    """The name of the host in the line."""


class VendorLines:
    """Reads lines of any vendor; remembers the route for lines with the same keys."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        """``zone`` is that of times that state none."""
        self._zone = zone
        self._routes: dict[tuple[tuple[str, ...], ...], Route | None] = {}

    def read(self, line: dict[str, Any]) -> UsageRecord:
        """The request of a line. Raises UsageFault."""
        usage = line.get("usage")
        wrapper: tuple[str, ...] = ()
        response = line
        if usage.__class__ is not dict:
            wrapper, response, usage = _find_usage(line)
        keys = (tuple(line), tuple(response) if response is not line else (), tuple(usage))
        try:
            route = self._routes[keys]
        except KeyError:
            route = self._learn(keys)
        if route is None:
            raise UsageFault(NotPricedReason.UNKNOWN_SHAPE, f"Its usage has {_shown(usage)}, which is no known shape.")
        shape, model_name, time_name, host_name = route
        reading = shape.read(response, usage)
        if reading.service == STANDARD and (wrapper or "service_tier" in line):
            service = BATCH if wrapper == BATCH_WRAPPER else service_of(line.get("service_tier"))
            reading = reading._replace(service=service)
        model = line[model_name] if model_name is not None else None
        if model.__class__ is not str or not model:
            model = _model(line, response)
        at = line[time_name] if time_name is not None else None
        if at is None:
            at = _first(TIME_NAMES, line, response)
        hint = shape.host
        host, is_sure = (None, False) if hint is None else (hint.name, hint.is_sure)
        if host_name is not None and not is_sure and (named := _first(HOST_NAMES, line, line)) is not None:
            host, is_sure = str(named), True
        return UsageRecord(model, host, is_sure, read_time(at, self._zone), reading, shape.name, line)

    def _learn(self, keys: tuple[tuple[str, ...], ...]) -> Route | None:
        line, response, usage = map(frozenset, keys)
        shape = shape_of(response or line, usage)
        route = None if shape is None else Route(shape, *[_present(it, line) for it in NAMES])
        names = list(chain.from_iterable(keys))
        if len(names) <= MOST_NAMES and max(map(len, names), default=0) <= LONGEST_NAME:
            if len(self._routes) >= MOST_KNOWN:
                self._routes.clear()
            self._routes[keys] = route
        return route


def _find_usage(line: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]:
    """The place of a response in a line, the response, and its usage object. Raises UsageFault."""
    for wrapper, response in _responses(line):
        for name in USAGE_NAMES:
            usage = response.get(name)
            if isinstance(usage, dict):
                return wrapper, response, usage
    if FLAT in line:
        return (), line, line
    labels = ", ".join(shape.label for shape in SHAPES)
    raise UsageFault(NotPricedReason.UNKNOWN_SHAPE, f"There is no usage object of a known shape: {labels}.")


def _responses(line: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for wrapper in WRAPPERS:
        found: Any = line
        for name in wrapper:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, dict):
            yield wrapper, found


def _present(names: tuple[str, ...], line: frozenset[str]) -> str | None:
    return next((name for name in names if name in line), None)


def _model(line: Object, response: Object) -> str:
    model = _first(MODEL_NAMES, line, response)
    if isinstance(model, str) and model:
        return model
    raise UsageFault(NotPricedReason.NO_MODEL, "There is no model id.")


def _first(names: tuple[str, ...], line: Object, response: Object) -> Any:
    """The first value under any of some names, in the line or else in the response; None where there is none."""
    for name in names:
        if (value := line.get(name)) is not None:
            return value
    if response is not line:
        for name in names:
            if (value := response.get(name)) is not None:
                return value
    return None


def _shown(usage: Object) -> str:
    names = ", ".join(str(name)[:30] for name in [*usage][:6])
    return f"the fields {names}" if names else "no fields"
