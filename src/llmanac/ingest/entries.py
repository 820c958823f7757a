"""The records of a feed by id, whatever feed it is, and each one's facts by name: what two readings are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from llmanac.domain.pricing import Tier
from llmanac.ingest.layer import Layer
from llmanac.ingest.modelsdev import ProviderRecord

DATES = ("last_updated", "release_date")


@dataclass(frozen=True)
class Entry:
    """One record, and what is known in it."""

    record: Any
    """Of any decoder."""

    @cached_property
    def facts(self) -> Mapping[str, object]:
        """What is known, by dotted name; unknown is absent. Every price is a Decimal, and nothing else is."""
        return dict(_facts(self.record, ""))

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """The prices that are known, by dotted name."""
        return {name: value for name, value in self.facts.items() if isinstance(value, Decimal)}


class Entries:
    """A feed's entries: its models by ``provider/model`` or by their own id, and providers by theirs."""

    def __init__(self, entries: Mapping[str, Entry], *, models: int) -> None:
        self._entries = entries
        self.models = models

    @classmethod
    def of(cls, layer: Layer[Any]) -> Entries:
        """The entries of a decoded feed."""
        return cls({name: Entry(record) for name, record in _records(layer.records)}, models=layer.size)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __len__(self) -> int:
        return len(self._entries)

    def keys(self) -> KeysView[str]:
        """The ids."""
        return self._entries.keys()

    def newest(self, number: int) -> str | None:
        """The date that so many entries have or are past; None where too few have dates."""
        dates = sorted((date for entry in self._entries.values() if (date := _date(entry.record))), reverse=True)
        return dates[number - 1] if len(dates) >= number else None


def _records(records: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for record in records:
        if isinstance(record, ProviderRecord):
            yield record.id, _Host(record.name, record.npm, record.api, record.doc, record.env)
            for model in record.models:
                yield f"{record.id}/{model.id}", model
        else:
            yield record.id, record


@dataclass(frozen=True, slots=True)
class _Host:
    """A provider without its models, which are entries of their own."""

    name: str | None
    npm: str | None
    api: str | None
    doc: str | None
    env: tuple[str, ...]


def _date(record: object) -> str | None:
    return max((date for name in DATES if (date := getattr(record, name, None))), default=None)


def _facts(value: object, name: str) -> Iterator[tuple[str, object]]:
    if value is None:
        return
    if isinstance(value, Tier):
        yield from _facts(value.rates, f"{name}above {value.above}.")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _facts(getattr(value, field.name), f"{name}{field.name}.")
    elif isinstance(value, tuple):
        for item in value:
            yield from _facts(item, name) if isinstance(item, Tier) else [(f"{name}{item}", True)]
    else:
        yield name.removesuffix("."), value
