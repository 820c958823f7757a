"""Measures how the history makes the database grow: thousands of small refreshes of the embedded feed in a row.

    python -m bench.history_growth --refreshes 2000

With each, some models are repriced, one comes and one goes. Prints how many bytes a refresh takes, of which the
changes and the feeds, and how long it takes to record one, and to read one back from the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from llmanac.domain.feed import FeedRef
from llmanac.history.change import Change, ChangeKind, Difference
from llmanac.history.timeline import Epoch, FeedVersion
from llmanac.ingest.content.document import unpack
from llmanac.ingest.packaged.snapshot import embedded_feeds
from llmanac.service.history.store import Addition
from llmanac.storage.database import Database, open_sqlite
from llmanac.storage.location import FILE_NAME

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = "models.dev"


@dataclass(frozen=True, slots=True)
class Growth:
    """The cost of recording so many refreshes."""

    refreshes: int
    first_bytes: int
    """The database with the first version of the feed, whole."""
    bytes: int
    """By which it grew since."""
    patch_bytes: int
    """The bytes among these that are feeds."""
    seconds: float
    """To record all."""
    read_seconds: float
    """To read the version that takes the most patches."""


class Feed:
    """models.dev's feed, changing at random, in a way that can be repeated."""

    def __init__(self, content: dict[str, Any], *, seed: int) -> None:
        self._content = content
        self._chance = random.Random(seed)
        self._models = [(host, name) for host, it in content.items() for name in it["models"]]
        self._added = 0

    @property
    def text(self) -> bytes:
        """The feed as it is now."""
        return orjson.dumps(self._content)

    def refresh(self, *, repriced: int) -> tuple[Change, ...]:
        """Change some prices, add a model and take one away; what changed."""
        changes = [self._reprice(*self._chance.choice(self._models)) for _ in range(repriced)]
        host, name = self._models.pop(self._chance.randrange(len(self._models)))
        record = self._content[host]["models"].pop(name)
        changes.append(_change(ChangeKind.REMOVED, host, name, Difference("input", 1, None)))
        self._added += 1
        new = f"{name}-{self._added}"
        self._content[host]["models"][new] = {**record, "id": new}
        self._models.append((host, new))
        changes.append(
            _change(ChangeKind.ADDED, host, new, Difference("input", None, 1), Difference("context", None, 1000))
        )
        return tuple(changes)

    def _reprice(self, host: str, name: str) -> Change:
        price = round(self._chance.uniform(0.01, 20), 3)
        cost = self._content[host]["models"][name].setdefault("cost", {"input": 1, "output": 1})
        before, cost["input"] = cost["input"], price
        return _change(ChangeKind.PRICE, host, name, Difference("input", before, price))


def _change(kind: ChangeKind, host: str, name: str, *differences: Difference) -> Change:
    return Change(kind=kind, offer=f"{host}/{name}", provider=host, base=name, name=name, differences=differences)


def _addition(number: int, text: bytes, changes: tuple[Change, ...]) -> Addition:
    sha256 = hashlib.sha256(text).hexdigest()
    began_at = BEGIN + timedelta(hours=number)
    ref = FeedRef(name=SOURCE, date=f"{began_at:%Y-%m-%d}", origin="https://models.dev/api.json", sha256=sha256)
    epoch = Epoch(number=number, began_at=began_at, digest=sha256, offers=8337, feeds=(FeedVersion(ref=ref),))
    return Addition(epoch=epoch, texts={sha256: text}, changes=changes, last_reported={})


async def grow(directory: Path, *, refreshes: int, repriced: int, seed: int = 1) -> Growth:
    """Record the feed, and then so many refreshes of it."""
    [embedded] = [feed for feed in embedded_feeds() if feed.name == SOURCE]
    feed = Feed(orjson.loads(unpack(embedded.data)), seed=seed)
    database = await open_sqlite(directory)
    await database.history.append(_addition(1, feed.text, ()))
    first = _size(directory)
    began = time.perf_counter()
    for number in range(2, refreshes + 2):
        changes = feed.refresh(repriced=repriced)
        await database.history.append(_addition(number, feed.text, changes))
    seconds = time.perf_counter() - began
    growth = Growth(
        refreshes=refreshes,
        first_bytes=first,
        bytes=_size(directory) - first,
        patch_bytes=await _patch_bytes(database),
        seconds=seconds,
        read_seconds=await _read(database, number=(1 << (refreshes + 1).bit_length() - 1) - 1),
    )
    await database.close()
    return growth


async def _read(database: Database, *, number: int) -> float:
    [feed] = (await database.history.epochs())[number - 1].feeds
    began = time.perf_counter()
    await database.history.content(feed.ref.name, feed.ref.sha256)
    return time.perf_counter() - began


async def _patch_bytes(database: Database) -> int:
    async with database.engine.connect() as connection:
        result = await connection.exec_driver_sql("SELECT sum(length(patch)) FROM history_feeds WHERE version > 1")
        total: int = result.scalar_one()
        return total


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob(f"{FILE_NAME}*"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refreshes", type=int, default=2000)
    parser.add_argument("--repriced", type=int, default=10, help="models, with each refresh")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        growth = asyncio.run(grow(Path(directory), refreshes=asked.refreshes, repriced=asked.repriced))
    each = growth.bytes / growth.refreshes
    print(f"{growth.refreshes} refreshes, {asked.repriced} models repriced, one added and one removed with each")
    print(f"first version {growth.first_bytes / 2**20:.2f} MiB, then {each:,.0f} bytes a refresh")
    print(f"of which feeds {growth.patch_bytes / growth.refreshes:,.0f}, changes and the rest the others")
    print(f"in all {(growth.first_bytes + growth.bytes) / 2**20:.1f} MiB")
    each_ms = growth.seconds / growth.refreshes * 1000
    print(f"{each_ms:.0f} ms to record one, {growth.read_seconds * 1000:.0f} ms to read one")


if __name__ == "__main__":
    main()
