"""Lines with a vendor's response, or with a model, a time and the vendor's usage object beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from llmanac.usage.counts import Object
from llmanac.usage.record import (
    BATCH,
    STANDARD,
    NotPricedReason,
    UsageFault,
    UsageRecord,
)
from llmanac.usage.shapes.chat_counts import service_of
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
FLAT = "prompt_tokens"
"""The count by which a line is known that is a usage object itself."""
MOST_KNOWN = 4096
"""Sets of keys whose shapes are remembered."""


class VendorLines:
    """Reads lines of any vendor; remembers which shape has which keys."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        """``zone`` is that of times that state none."""
        self._zone = zone
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], UsageShape | None] = {}

    def read(self, line: dict[str, Any]) -> UsageRecord:
        """The request of a line. Raises UsageFault."""
        usage = line.get("usage")
        wrapper: tuple[str, ...] = ()
        response: dict[str, Any] = line
        if usage.__class__ is not dict:
            wrapper, response, usage = _find_usage(line)
        keys = (tuple(response), tuple(usage))
        try:
            shape = self._known[keys]
        except KeyError:
            shape = self._learn(keys)
        if shape is None:
            raise UsageFault(NotPricedReason.UNKNOWN_SHAPE, f"Its usage has {_shown(usage)}, which is no known shape.")
        reading = shape.read(response, usage)
        if reading.service == STANDARD:
            service = BATCH if wrapper == BATCH_WRAPPER else service_of(line.get("service_tier"))
            if service != STANDARD:
                reading = reading._replace(service=service)
        hint = shape.host
        is_sure = hint is not None and hint.is_sure
        named = None if is_sure else _first(HOST_NAMES, line, line)
        return UsageRecord(
            _model(line, response),
            named if isinstance(named, str) and named else (hint.name if hint is not None else None),
            is_sure or named is not None,
            read_time(_first(TIME_NAMES, line, response), self._zone),
            reading,
            shape.name,
            line,
        )

    def _learn(self, keys: tuple[tuple[str, ...], tuple[str, ...]]) -> UsageShape | None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[keys] = shape = shape_of(frozenset(keys[0]), frozenset(keys[1]))
        return shape


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
