"""Warms up an edition with a few queries before it is published, so that no user waits for its first responses.

Pages that are touched first are read from the disk, and decoded. The queries are drawn from the edition's own entries,
so they are about as costly as those of users.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from llmanac.dialects.table import CONTRACT
from llmanac.domain.records import Capability
from llmanac.search.query.query import SORTS, IdSpelling, Query
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import browse

BUDGET_S = 0.25
"""The time for all queries; a large catalog on a slow disk is warmed up further by its first users."""
ENTRIES = 16
"""Entries that are searched for by name: every PACE-th, from the most popular on."""
PACE = 7


def warm_up(edition: Edition, *, budget_s: float = BUDGET_S, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Run queries until there are no more, or the time is over; their number."""
    ends, count = monotonic() + budget_s, 0
    for query in questions(edition):
        if monotonic() >= ends:
            break
        browse(edition, query)
        count += 1
    return count


def questions(edition: Edition) -> Iterator[Query]:
    """The queries for an edition, always the same: every kind, then names as people write them."""
    yield build_query()
    yield build_query(featured=True)
    yield from (build_query(sort=sort, limit=1) for sort in SORTS)
    yield from (build_query(capabilities=[capability.value], limit=1) for capability in Capability)
    yield from dict.fromkeys(question for entry in _entries(edition) for question in _about(entry))


def _about(entry: dict[str, Any]) -> Iterator[Query]:
    """Queries for an entry: its host, its name, a prefix, its id without hyphens, its name without a letter."""
    name, leaf = str(entry["name"] or entry["id"]), entry["id"].rpartition("/")[2]
    yield build_query(provider=entry["provider"])
    yield build_query(query=name)
    yield build_query(query=name[:3])
    yield build_query(query=leaf.replace("-", ""))
    yield build_query(query=name[:2] + name[3:], max_price=1.0, min_context=100_000)


def _entries(edition: Edition) -> Iterator[dict[str, Any]]:
    for number in range(0, min(ENTRIES * PACE, edition.size), PACE):
        yield orjson.loads(edition.entries[CONTRACT.name, IdSpelling.MODELS_DEV].join([number]))
