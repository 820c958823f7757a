"""A refresh: how long it takes until the new snapshot is served, and how long the slowest request waits meanwhile.

The upstream is a server on this machine, which has a newer revision of the embedded feeds each time: a few prices
have moved a little.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from bench.client import Target, ask
from bench.figure import Figure
from bench.load import Load, drive
from bench.mix import Question, write_paths
from bench.peers import nginx
from bench.product import PAGE, install
from llmanac.ingest.content.document import unpack
from llmanac.ingest.packaged.snapshot import embedded_feeds

REFRESH = "/api/v1/refreshes?wait=true"
FILES = {"models.dev": "models-dev.json", "litellm": "litellm.json"}
"""By the name of the feed."""

CONNECTIONS = 8
PAUSE_MS = 5
"""Before each request of a connection: busy, but not saturated, or the slowest request would tell of the queue."""
WARMING_SECONDS = 0.5
EVERY = 200
"""One model in so many has another price in each revision."""


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The results of the rounds."""

    seconds: Figure
    """Until the refresh had ended, its snapshot served, by a server that had nothing else to do."""
    cpu_seconds: Figure
    """CPU time among these; the rest is waiting, for a busy core and for the disk."""
    slowest_ms: Figure
    """During a refresh."""
    slowest_without_ms: Figure
    """In as long a time without one."""


def measure(questions: Sequence[Question], *, rounds: int, seconds: float, scratch: Path) -> Refreshing:
    """Refresh a server at rest, load it without a refresh, and load it with one, round after round."""
    feeds = {FILES[feed.name]: orjson.loads(unpack(feed.data)) for feed in embedded_feeds()}
    upstream = scratch / "upstream"
    installation = install(scratch / "refreshing", scopes=("catalog:read", "refresh:write"))
    paths = write_paths(questions, scratch / "paths.txt")
    with nginx.serve(upstream, {name: orjson.dumps(feed) for name, feed in feeds.items()}) as source:
        variables = {
            "LLMANAC_MODELS_DEV_URL": f"http://127.0.0.1:{source.port}/{FILES['models.dev']}",
            "LLMANAC_LITELLM_URL": f"http://127.0.0.1:{source.port}/{FILES['litellm']}",
            "LLMANAC_ALLOW_PRIVATE_SOURCES": "true",
        }
        with installation.serve(cache_mib=0, variables=variables) as server:
            page = Target(server.port, PAGE, installation.headers)
            refresh = Target(server.port, REFRESH, installation.headers)
            load = partial(drive, page, connections=CONNECTIONS, seconds=seconds, paths=paths, pause_ms=PAUSE_MS)
            alone, on_core, during, without = [], [], [], []
            for number in range(1, 2 * rounds, 2):
                revise(upstream, feeds[FILES["models.dev"]], number)
                before = server.cpu_seconds()
                alone.append(_refresh(refresh))
                on_core.append(server.cpu_seconds() - before)
                without.append(load().max_ms)
                revise(upstream, feeds[FILES["models.dev"]], number + 1)
                during.append(_load_and_refresh(load, refresh).max_ms)
    return Refreshing(Figure.of(alone), Figure.of(on_core), Figure.of(during), Figure.of(without))


def revise(upstream: Path, feed: dict[str, Any], number: int) -> None:
    """Give out the feed of models.dev with some of its prices moved by so many per cent."""
    changed: dict[str, Any] = json.loads(json.dumps(feed))
    costs = [model["cost"] for host in changed.values() for model in host["models"].values() if model.get("cost")]
    for cost in costs[::EVERY]:
        cost["output"] = round(cost.get("output", 0) * (1 + number / 100), 6)
    (upstream / FILES["models.dev"]).write_bytes(orjson.dumps(changed))


def _load_and_refresh(load: Callable[[], Load], refresh: Target) -> Load:
    """A load in the midst of which a refresh begins; it goes on until both have ended."""
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        time.sleep(WARMING_SECONDS)
        _refresh(refresh)
        return loading.result()


def _refresh(target: Target) -> float:
    """Seconds until the refresh had ended. Raises RuntimeError where it brought nothing new."""
    began = time.perf_counter()
    reply = ask(target, method="POST", timeout=120)
    spent = time.perf_counter() - began
    record = orjson.loads(reply.body)
    if not record.get("snapshot"):
        raise RuntimeError(f"The refresh brought no new snapshot: {record}")
    return spent
