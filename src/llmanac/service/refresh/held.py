"""Held entries side by side: each field as it is served, and as the feed that waits has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import msgspec

from llmanac.domain.documented import WHOLE_ANSWER, ShownAs
from llmanac.domain.dotted import leaves
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES, EntryLayout
from llmanac.service.refresh.records import Pending, SourceOutcome

MOST_FIELDS = 200
"""Fields of an entry that are listed; records of hostile feeds may have any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """A field of an entry that would change."""

    __pydantic_config__ = WHOLE_ANSWER

    field: str
    """Its keys in the source's own record, joined by dots."""
    served: Annotated[Any, ShownAs(Any)]
    """Its value as it is served; null where there is none."""
    held: Annotated[Any, ShownAs(Any)]
    """Its value in the feed that waits; null where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntry:
    """An entry of which anomalies stand, and its fields that would change."""

    __pydantic_config__ = WHOLE_ANSWER

    entry: str | None
    """Its id in the feed; null for the feed as a whole."""
    anomalies: tuple[Pending, ...]
    is_new: bool
    """Nothing is served under its id."""
    is_gone: bool
    """The feed that waits has it no more."""
    fields: tuple[HeldField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFeed:
    """A feed that waits, in whole or in part, beside the one that is served."""

    __pydantic_config__ = WHOLE_ANSWER

    source: str
    served_date: str | None
    """The day of the feed that is served; null where none is."""
    sha256: str
    """The SHA-256 of the feed that waits, as the source sent it."""
    entries: tuple[HeldEntry, ...]
    """The entries of the anomalies that the record lists: of at most a hundred."""
    total: int
    """The number of all anomalies that stand."""


class Compared(NamedTuple):
    """The records of two feeds, by id."""

    served: Mapping[str, Mapping[str, Any]]
    held: Mapping[str, Mapping[str, Any]]


def compare(outcome: SourceOutcome, served: Feed | None, held: Feed) -> HeldFeed:
    """Compare what a refresh holds of a source with what is served. Blocks for a tenth of a second."""
    by_entry: dict[str | None, tuple[Pending, ...]] = {}
    for it in outcome.pending:
        by_entry[it.entry] = (*by_entry.get(it.entry, ()), it)
    ids = [id_ for id_ in by_entry if id_ is not None]
    records = Compared(_records(served, ids) if served else {}, _records(held, ids))
    return HeldFeed(
        source=outcome.name,
        served_date=served.ref.date if served else None,
        sha256=held.ref.sha256,
        entries=tuple([_entry(id_, anomalies, records) for id_, anomalies in by_entry.items()]),
        total=outcome.pending_count,
    )


def _entry(id_: str | None, anomalies: tuple[Pending, ...], records: Compared) -> HeldEntry:
    served, held = (None, None) if id_ is None else (records.served.get(id_), records.held.get(id_))
    before, after = dict(leaves(served or {})), dict(leaves(held or {}))
    fields = [
        HeldField(field=name, served=before.get(name), held=after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
    return HeldEntry(
        entry=id_,
        anomalies=anomalies,
        is_new=served is None and held is not None,
        is_gone=served is not None and held is None,
        fields=tuple(fields[:MOST_FIELDS]),
    )


def _records(feed: Feed, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The records with these ids as the feed has them; of a host, what it says beside its models."""
    layout = SOURCES[feed.name].layout
    entries = msgspec.json.decode(feed.text, type=dict[str, msgspec.Raw])
    hosts: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for id_ in ids:
        host, slash, model = id_.partition("/")
        if layout is EntryLayout.FLAT:
            found[id_] = _parse(entries.get(id_))
            continue
        if host not in hosts:
            hosts[host] = _parse(entries.get(host)) or {}
        models = hosts[host].get("models")
        if slash:
            found[id_] = models.get(model) if isinstance(models, dict) else None
        else:
            found[id_] = {key: value for key, value in hosts[host].items() if key != "models"} or None
    return {id_: record for id_, record in found.items() if isinstance(record, dict)}


def _parse(raw: msgspec.Raw | None) -> Any:
    value = None if raw is None else msgspec.json.decode(raw)
    return value if isinstance(value, dict) else None
