"""A feed as it came, but for the anomalous entries, which stand in it as they last were.

This is done to the feed's own JSON, before anything is made of it: so the catalog, the formats that give back
what upstream wrote, and a later start from the stored feed all say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from llmanac.ingest.content.compressed import Compressed, compress_bytes
from llmanac.ingest.decode.sources import EntryLayout
from llmanac.ingest.guard.rules import Anomaly, GuardRule

COST = re.compile(r"(.+_)?cost(_.+)?")
"""A key that is about a price: models.dev's ``cost`` block, and all of LiteLLM's."""

MODELS = "models"


def presence(layout: EntryLayout, content: Mapping[str, Any]) -> Callable[[str], bool]:
    """Tells of an entry's id whether something stands under it in a feed, usable or not."""

    def is_present(entry: str) -> bool:
        host, slash, model = entry.partition("/")
        if layout is EntryLayout.FLAT or not slash:
            return entry in content
        values = content.get(host)
        models = values.get(MODELS) if isinstance(values, dict) else None
        # Of a host that cannot be read, nobody knows what it has, and it is there.
        return host in content if not isinstance(models, dict) else model in models

    return is_present


def quarantine(
    layout: EntryLayout, newer: dict[str, Any], *, served: Mapping[str, Any], anomalies: Iterable[Anomaly]
) -> Compressed | None:
    """The newer feed with the anomalous entries as they are in the one that is served; None where nothing else is new.

    The contents of both are given, and that of the newer feed is changed.
    """
    # A host comes first (its id is the shorter): its models are then looked at one by one.
    for anomaly in sorted(anomalies, key=lambda anomaly: anomaly.entry or ""):
        if anomaly.entry is not None:
            _hold(layout, newer, served, entry=anomaly.entry, rule=anomaly.rule)
    return None if newer == served else compress_bytes(orjson.dumps(newer))


def _hold(
    layout: EntryLayout, content: dict[str, Any], before: Mapping[str, Any], *, entry: str, rule: GuardRule
) -> None:
    host, slash, model = entry.partition("/")
    if layout is EntryLayout.FLAT:
        _hold_record(content, before, entry, rule=rule)
    elif slash and (host in content or host in before):
        _hold_record(_shelf(content, before, host), _models(before.get(host)), model, rule=rule)
    elif not slash:
        _hold_host(content, before, host)


def _hold_record(shelf: dict[str, Any], before: Mapping[str, Any], key: str, *, rule: GuardRule) -> None:
    match rule:
        case GuardRule.LOOKALIKE:
            shelf.pop(key, None)
        case GuardRule.JUMPED:
            without = {name: value for name, value in shelf[key].items() if not COST.fullmatch(name)}
            shelf[key] = without | {name: value for name, value in before[key].items() if COST.fullmatch(name)}
        case _:
            shelf[key] = before[key]


def _hold_host(content: dict[str, Any], before: Mapping[str, Any], host: str) -> None:
    """What is known of a host as it was, with the models as they come."""
    if host not in before:
        content.pop(host, None)
        return
    content[host] = {**before[host], MODELS: _models(content.get(host))}


def _shelf(content: dict[str, Any], before: Mapping[str, Any], host: str) -> dict[str, Any]:
    """The models of a host, where one can be put back."""
    if not isinstance(content.get(host), dict):
        content[host] = {**before[host], MODELS: {}}
    elif not isinstance(content[host].get(MODELS), dict):
        content[host][MODELS] = {}
    models: dict[str, Any] = content[host][MODELS]
    return models


def _models(host: object) -> dict[str, Any]:
    models = host.get(MODELS) if isinstance(host, dict) else None
    return models if isinstance(models, dict) else {}
