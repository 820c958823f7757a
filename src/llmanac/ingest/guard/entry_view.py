"""Views of a feed's records by id, and of each record's facts by name, for comparing two versions of any feed."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from msgspec import Struct

from llmanac.domain.pricing import Fee, Service, Tier
from llmanac.ingest.layer import Layer, ModelClaims, ProviderClaims

DATES = ("last_updated", "release_date")


@dataclass(frozen=True)
class EntryView:
    """A view of one record's facts."""

    record: Any
    """ModelClaims or ProviderClaims."""

    @cached_property
    def facts(self) -> Mapping[str, object]:
        """The known facts by dotted name. Every price is a Decimal, and nothing else is."""
        facts: dict[str, object] = {}
        _add_facts(facts, self.record, "")
        return facts

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """The known prices by dotted name."""
        return {name: value for name, value in self.facts.items() if isinstance(value, Decimal)}


class EntryViews:
    """The entries of a feed: its models by ``provider/model`` or by their own id, and its providers by id."""

    def __init__(self, records: Mapping[str, Any], *, models: int) -> None:
        self._records = records
        self.models = models

    @classmethod
    def of(cls, layer: Layer) -> EntryViews:
        """The entries of a decoded feed."""
        return cls(dict(_entries(layer)), models=layer.size)

    @property
    def records(self) -> Mapping[str, Any]:
        """The records, ModelClaims or ProviderClaims, by id."""
        return self._records

    def __getitem__(self, name: str) -> EntryView:
        return EntryView(self._records[name])

    def __len__(self) -> int:
        return len(self._records)

    def keys(self) -> KeysView[str]:
        """The ids of all entries."""
        return self._records.keys()

    def differing(self, other: EntryViews) -> list[str]:
        """The ids of entries that both have, and that differ."""
        return [
            name
            for name, record in self._records.items()
            # Most are the same object, and identity is faster to test than equality.
            if record is not (its := other._records.get(name)) and its is not None and record != its
        ]

    def newest(self, number: int) -> str | None:
        """The latest date that at least ``number`` entries reach; None where fewer have dates."""
        dates = sorted(filter(None, map(_date, self._records.values())), reverse=True)
        return dates[number - 1] if len(dates) >= number else None


def _entries(layer: Layer) -> Iterator[tuple[str, ModelClaims | ProviderClaims]]:
    """All providers, without their models, and all models, each with its id."""
    for provider in layer.providers:
        yield provider.id, replace(provider, models=())
        for model in provider.models:
            yield f"{provider.id}/{model.id}", model
    for model in layer.models:
        yield model.id, model


def _date(record: object) -> str | None:
    return max((date for name in DATES if (date := getattr(record, name, None))), default=None)


def _add_facts(facts: dict[str, object], value: object, name: str) -> None:
    if value is None:
        return
    if isinstance(value, Tier):
        _add_facts(facts, value.rates, f"{name}above {value.above}.")
    elif isinstance(value, Service):
        _add_facts(facts, value.rates, f"{name}{value.name}.")
        _add_facts(facts, value.tiers, f"{name}{value.name}.")
    elif isinstance(value, Fee):
        facts[f"{name}{value.name}"] = value.price
    elif names := _fields_of(type(value)):  # type: ignore[arg-type]  # -- a type can be hashed
        for field in names:
            _add_facts(facts, getattr(value, field), f"{name}{field}.")
    elif isinstance(value, tuple):
        for item in value:
            if isinstance(item, Tier | Service | Fee):
                _add_facts(facts, item, name)
            else:
                facts[f"{name}{_text_of(item)}"] = True
    else:
        facts[name.removesuffix(".")] = value


def _text_of(item: object) -> str:
    """An item of a list as text: of a record, the values of its fields."""
    names = _fields_of(type(item))  # type: ignore[arg-type]  # -- a type can be hashed
    if not names:
        return str(item)
    return " ".join(str(value) for name in names if (value := getattr(item, name)) is not None)


@cache
def _fields_of(cls: type) -> tuple[str, ...]:
    """The names of the fields of a dataclass or struct; none for another type."""
    if issubclass(cls, Struct):
        return cls.__struct_fields__
    return tuple(field.name for field in fields(cls)) if is_dataclass(cls) else ()
