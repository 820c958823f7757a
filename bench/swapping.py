"""A swap: the server begins to serve a snapshot that another process has accepted, and whose edition is there.

What that other process does is done here: the file is there, then the snapshot is written to the database. The server
sees it within seconds, maps the file and publishes it, while requests come in.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import orjson

from bench.client import Target, ask
from bench.figure import Figure
from bench.load import Load, drive
from bench.mix import Question, write_paths
from bench.product import PAGE, Installation
from bench.server import Server
from llmanac import settings
from llmanac.ingest.packaged.snapshot import embedded_feeds
from llmanac.service.editions.spec import key_of
from llmanac.service.refresh.records import AcceptedFeed, RefreshRecord, Snapshot, Status, Trigger
from llmanac.standalone import choices_of, edition_files
from llmanac.storage.database import open_sqlite

CONNECTIONS = 8
PAUSE_MS = 5
"""As in bench.refreshing."""
SECONDS = 10.0
"""Seconds of each load: the server looks for news every two, and takes the old edition down after the swap."""
WARMING_SECONDS = 1.0
FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)
"""Later than the feeds in the package."""


@dataclass(frozen=True, slots=True)
class Swapping:
    """The results of the rounds."""

    slowest_ms: Figure
    """While the edition was exchanged."""
    slowest_without_ms: Figure
    """In as long a time without that."""
    p99_ms: Figure
    p99_without_ms: Figure


def measure(
    server: Server, installation: Installation, *, edition: Path, questions: Sequence[Question], rounds: int
) -> Swapping:
    """Load the server without a swap, and load it with one, round after round."""
    paths = write_paths(questions, installation.data_dir / "paths.txt")
    page = Target(server.port, PAGE, installation.headers)
    load = partial(drive, page, connections=CONNECTIONS, seconds=SECONDS, paths=paths, pause_ms=PAUSE_MS)
    without, during = [], []
    for number in range(1, rounds + 1):
        without.append(load())
        during.append(_load_and_swap(load, server, partial(accept, installation, edition, number=number)))
    return Swapping(
        Figure.of([it.max_ms for it in during]),
        Figure.of([it.max_ms for it in without]),
        Figure.of([it.p99_ms for it in during]),
        Figure.of([it.p99_ms for it in without]),
    )


def accept(installation: Installation, edition: Path, *, number: int) -> None:
    """Accept the embedded feeds as those of another day, as a refresh in another process does, with this edition."""
    chosen = settings.load(data_dir=installation.data_dir)
    date = f"{FIRST_DAY + timedelta(days=number):%Y-%m-%d}"
    feeds = [replace(feed, ref=replace(feed.ref, date=date)) for feed in embedded_feeds()]
    place = edition_files(chosen).path(key_of((feed.ref for feed in feeds), choices_of(chosen)))
    os.link(edition, place.with_suffix(".linked"))
    place.with_suffix(".linked").replace(place)
    accepted = tuple(AcceptedFeed(ref=feed.ref, upstream_sha256=feed.ref.sha256) for feed in feeds)
    documents = {feed.ref.sha256: feed.data for feed in feeds}
    asyncio.run(_write(installation.data_dir, accepted, documents=documents))


async def _write(data_dir: Path, feeds: tuple[AcceptedFeed, ...], *, documents: Mapping[str, bytes]) -> None:
    now = datetime.now(UTC)
    database = await open_sqlite(data_dir)
    number = await database.refreshes.newest_number() + 1
    record = RefreshRecord(id=f"bench-{number}", trigger=Trigger.COMMAND, started_at=now)
    await database.refreshes.begin(record, until=now + timedelta(minutes=1))
    snapshot = Snapshot(
        number=number,
        accepted_at=now,
        digest="0" * 64,
        refresh=record.id,
        feeds=feeds,
    )
    async with database.refreshes.change(record.id) as change:
        for sha256, data in documents.items():
            await change.keep_content(sha256, data)
        await change.add_snapshot(snapshot)
        await change.end(replace(record, status=Status.ENDED, ended_at=now))
    await database.close()


def _load_and_swap(load: Callable[[], Load], server: Server, swap: Callable[[], None]) -> Load:
    """A load in the midst of which a swap takes place. Raises RuntimeError where none did."""
    before = _served_since(server)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        time.sleep(WARMING_SECONDS)
        swap()
        during = loading.result()
    if _served_since(server) == before:
        raise RuntimeError("The server did not exchange its edition.")
    return during


def _served_since(server: Server) -> str:
    since: str = orjson.loads(ask(Target(server.port, "/readyz")).body)["served_since"]
    return since
