"""An edition is asked a few questions before anyone else may ask it, so that no user waits for its first answers.

What is touched first is read from the disk, and decoded. The questions are made of the edition's own entries, so they
are about as hard as those that users ask of it.
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
"""For all questions; a large catalog on a slow disk goes on warming up with its first users."""
ENTRIES = 16
"""Whose names are asked for, from the most popular on, with a pace between them that goes through the popular ones."""
PACE = 7


def warm_up(edition: Edition, *, budget_s: float = BUDGET_S, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Ask until the questions or the time are over, on whatever thread calls; how many were asked."""
    ends, asked = monotonic() + budget_s, 0
    for query in questions(edition):
        if monotonic() >= ends:
            break
        browse(edition, query)
        asked += 1
    return asked


def questions(edition: Edition) -> Iterator[Query]:
    """The same for the same edition: every kind of question, then names as people write them."""
    yield build_query()
    yield build_query(featured=True)
    yield from (build_query(sort=sort, limit=1) for sort in SORTS)
    yield from (build_query(capabilities=[capability.value], limit=1) for capability in Capability)
    yield from dict.fromkeys(question for entry in _entries(edition) for question in _about(entry))


def _about(entry: dict[str, Any]) -> Iterator[Query]:
    """Its host, its name, the beginning of it, its id run together, and its name with a letter left out."""
    name, leaf = str(entry["name"] or entry["id"]), entry["id"].rpartition("/")[2]
    yield build_query(provider=entry["provider"])
    yield build_query(query=name)
    yield build_query(query=name[:3])
    yield build_query(query=leaf.replace("-", ""))
    yield build_query(query=name[:2] + name[3:], max_price=1.0, min_context=100_000)


def _entries(edition: Edition) -> Iterator[dict[str, Any]]:
    for number in range(0, min(ENTRIES * PACE, edition.size), PACE):
        yield orjson.loads(edition.entries[CONTRACT.name, IdSpelling.MODELS_DEV].join([number]))
