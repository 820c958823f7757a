"""Baselines: the statements of the sources when each rule was first in force, and the rules under which they moved."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeAlias

from llmanac.clock import Clock
from llmanac.domain.own_facts import OVERLAYS
from llmanac.rules.rules_in_force import read_rules
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

MOST_NAMED = 20
"""Offers that are named of each rule under which the sources have moved."""

StatedUpstream: TypeAlias = dict[str, dict[str, Any]]
"""The values of the sources by offer and fact, as in JSON."""


class BaselineStore(Protocol):
    """Keeps what the sources stated of the offers of a rule. Each method may raise StorageError."""

    async def all(self) -> Mapping[str, bytes]:
        """All baselines, by the key of a rule."""

    async def add(self, baselines: Mapping[str, bytes], *, at: datetime) -> None:
        """Keep these; of a rule that has one already, the first stays."""


class RulePlace(NamedTuple):
    """A rule by its overlay, and its place in it, from 1."""

    overlay: str
    number: int


class Baselines:
    """Follows the served edition. Used from one event loop."""

    def __init__(self, store: BaselineStore, reader: Reader, *, clock: Clock) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._followed: Edition | None = None
        self.moved: Mapping[RulePlace, tuple[str, ...]] = {}
        """The offers of which the sources state something else by now, by rule; MOST_NAMED of each."""

    async def follow(self) -> None:
        """Keep the baselines of rules that are new, and compare the others. Raises StorageError."""
        edition = self._reader.edition
        if edition is self._followed:
            return
        stated = await asyncio.to_thread(_stated_upstream, edition)
        known = await self._store.all() if stated else {}
        new = {key: _packed(it) for key, (_, it) in stated.items() if key not in known}
        if new:
            await self._store.add(new, at=self._clock())
        moved = {place: _moved(known[key], it) for key, (place, it) in stated.items() if key in known}
        self.moved = {place: offers for place, offers in moved.items() if offers}
        self._followed = edition


def _stated_upstream(edition: Edition) -> dict[str, tuple[RulePlace, StatedUpstream]]:
    """The statements of the sources about the offers of each rule in force, by the rule's key."""
    feed = edition.feeds.get(OVERLAYS)
    if feed is None:
        return {}
    by_number: defaultdict[int, StatedUpstream] = defaultdict(dict)
    for offer, overlaid in edition.overlaid.items():
        for name, fact in overlaid.facts.items():
            for number in (fact.rule, *fact.others):
                by_number[number].setdefault(offer, {})[name] = fact.upstream
    return {
        it.rule.key: (RulePlace(it.overlay, it.number), by_number[number])
        for number, it in enumerate(read_rules(feed))
        if number in by_number
    }


def _packed(stated: StatedUpstream) -> bytes:
    return zlib.compress(json.dumps(stated).encode())


def _moved(baseline: bytes, stated: StatedUpstream) -> tuple[str, ...]:
    """The offers of which the sources state another value of a fact than in the baseline."""
    return tuple(_differing(json.loads(zlib.decompress(baseline)), stated))[:MOST_NAMED]


def _differing(before: StatedUpstream, stated: StatedUpstream) -> Iterator[str]:
    for offer, facts in stated.items():
        known = before.get(offer, {})
        if any(name in known and known[name] != value for name, value in facts.items()):
            yield offer
