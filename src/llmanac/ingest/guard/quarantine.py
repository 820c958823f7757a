"""Quarantine: replaces the anomalous entries of a newer feed by the served ones.

This is done in the feed's JSON, before it is decoded: so the catalog, the formats that return the original fields,
and a later start from the stored feed all agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import orjson

from llmanac.ingest.content.compressed import Compressed, compress_bytes
from llmanac.ingest.decode.sources import EntryLayout, SourceFormat
from llmanac.ingest.guard.rules import ABOUT_PRICES, Anomaly, GuardRule

MODELS = "models"


def presence(layout: EntryLayout, content: Mapping[str, Any]) -> Callable[[str], bool]:
    """A test of whether a feed has an entry under an id, readable or not."""

    def is_present(entry: str) -> bool:
        host, slash, model = entry.partition("/")
        if layout is EntryLayout.FLAT or not slash:
            return entry in content
        values = content.get(host)
        models = values.get(MODELS) if isinstance(values, dict) else None
        # A host that cannot be read may have any model, so its models count as present.
        return host in content if not isinstance(models, dict) else model in models

    return is_present


def quarantine(
    source: SourceFormat, newer: dict[str, Any], *, served: Mapping[str, Any], anomalies: Iterable[Anomaly]
) -> Compressed | None:
    """The newer feed with its anomalous entries replaced by the served ones; None where nothing else is new.

    ``newer`` and ``served`` are the parsed contents; ``newer`` is changed in place.
    """
    # A host sorts before its models, which are then restored one by one.
    for anomaly in sorted(anomalies, key=lambda anomaly: anomaly.entry or ""):
        if anomaly.entry is not None:
            _restore(source, newer, served, entry=anomaly.entry, rule=anomaly.rule)
    return None if newer == served else compress_bytes(orjson.dumps(newer))


def _restore(
    source: SourceFormat, content: dict[str, Any], before: Mapping[str, Any], *, entry: str, rule: GuardRule
) -> None:
    host, slash, model = entry.partition("/")
    restore_record = partial(_restore_record, rule=rule, price_keys=source.price_keys)
    if source.layout is EntryLayout.FLAT:
        restore_record(content, before, entry)
    elif slash and (host in content or host in before):
        restore_record(_editable_models(content, before, host), _models(before.get(host)), model)
    elif not slash:
        _restore_host(content, before, host)


def _restore_record(
    records: dict[str, Any], before: Mapping[str, Any], key: str, *, rule: GuardRule, price_keys: re.Pattern[str]
) -> None:
    """Restore the served record, or remove a look-alike. Of odd prices only these are restored: none of a new one."""
    if rule in ABOUT_PRICES:
        if key in records:
            without = {name: value for name, value in records[key].items() if not price_keys.fullmatch(name)}
            served = before.get(key)
            known = served if isinstance(served, dict) else {}  # one that could not be read has no prices
            records[key] = without | {name: value for name, value in known.items() if price_keys.fullmatch(name)}
    elif rule is GuardRule.LOOKALIKE:
        records.pop(key, None)
    else:
        records[key] = before[key]


def _restore_host(content: dict[str, Any], before: Mapping[str, Any], host: str) -> None:
    """Restore the served fields of a host, with the models of the newer feed."""
    if host not in before:
        content.pop(host, None)
        return
    content[host] = {**before[host], MODELS: _models(content.get(host))}


def _editable_models(content: dict[str, Any], before: Mapping[str, Any], host: str) -> dict[str, Any]:
    """The models of a host in the newer feed, to which a record can be restored; created where missing."""
    if not isinstance(content.get(host), dict):
        content[host] = {**before[host], MODELS: {}}
    elif not isinstance(content[host].get(MODELS), dict):
        content[host][MODELS] = {}
    models: dict[str, Any] = content[host][MODELS]
    return models


def _models(host: object) -> dict[str, Any]:
    models = host.get(MODELS) if isinstance(host, dict) else None
    return models if isinstance(models, dict) else {}
