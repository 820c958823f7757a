"""A process that saves an overlay and serves it, and is to be killed: python rebuild.py DIRECTORY [STEP].

The directory holds the database, the files of the editions, and ``base``, the feeds as packaged. It says each step as
it comes to it; at the one that is named, it kills itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from llmanac.clock import system_clock
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES
from llmanac.rules.documents import write_document
from llmanac.rules.overlay import Overlay
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.store import EditionStore
from llmanac.service.refresh.publisher import Publisher
from llmanac.service.refresh.served import BundledFeeds, edition_spec_of, open_served
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.resources.resource import ResourceKind, ResourceWrite
from llmanac.storage.database import Database, open_sqlite
from llmanac.storage.editions import EditionFiles

Given = TypeVar("Given")
Made = TypeVar("Made")

NAMES = {"models.dev": "api.json", "litellm": "prices.json"}
CORP = Overlay.model_validate(
    {"name": "corp", "rules": [{"match": "acme/*", "set": {"tags": "contract"}, "reason": "Agreement"}]}
)


class Step(StrEnum):
    """A step of the process, in their order."""

    STARTED = "started"
    SAVED = "saved"
    READ = "read"
    """The rules of the overlay are known, and the edition is about to be built."""
    BUILT = "built"
    BEGUN = "begun"
    """The file of the edition has its header."""
    HALF_WRITTEN = "half written"
    ALMOST_WRITTEN = "almost written"
    """All of the file is written but its last buffer."""
    WRITTEN = "written"
    PUBLISHED = "published"


Reach = Callable[[Step], None]
"""Called at each step."""


class HaltingBuffers(dict[str, memoryview]):
    """The buffers of an edition, whose reader comes to a step now and then."""

    reach: Reach

    def values(self) -> Iterator[memoryview]:  # type: ignore[override]  # -- they are only gone through
        steps = {1: Step.BEGUN, len(self) // 2: Step.HALF_WRITTEN, len(self) - 1: Step.ALMOST_WRITTEN}
        for number, buffer in enumerate(super().values()):
            if number in steps:
                self.reach(steps[number])
            yield buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedFiles(EditionFiles):
    """Editions as files, and the steps at which one is written."""

    reach: Reach

    def keep(self, key: str, edition: Edition) -> None:
        self.reach(Step.BUILT)
        buffers = HaltingBuffers(edition.pack())
        buffers.reach = self.reach
        EditionFiles.keep(self, key, Edition(buffers))
        self.reach(Step.WRITTEN)


async def run_here(work: Callable[[Given], Made], given: Given) -> Made:
    return work(given)


def silent(_: Step) -> None:
    """Observes nothing."""


def editions_in(directory: Path, reach: Reach = silent) -> ObservedFiles:
    """Where it keeps what it has built."""
    return ObservedFiles(directory=directory / "editions", program="these tests", reach=reach)


def base_in(directory: Path) -> BundledFeeds:
    """What the package carries, in this play."""
    contents = {name: (directory / "base" / file).read_bytes() for name, file in NAMES.items()}
    feeds = {name: Feed.of(it, name=name, origin="embedded", date="2026-09-30") for name, it in contents.items()}
    return BundledFeeds(feeds=feeds)


class Serving:
    """What a server has of overlays: it serves the catalog with the rules in force, and follows them."""

    def __init__(self, database: Database, directory: Path, files: EditionStore) -> None:
        self.database = database
        self._base = base_in(directory)
        self._declarations = OverlayDeclarations(database.resources, clock=system_clock)
        self._editions = EditionRepository(files, run_in_worker=run_here)

    async def start(self) -> None:
        """Start as a server does."""
        await self._declarations.open()
        served = await open_served(self.database.refreshes, self._base, overlays=self._declarations.feed)
        self.reader = Reader(await self._editions.open(edition_spec_of(served, NO_CHOICES)))
        self._publisher = Publisher(
            self.reader,
            self.database.refreshes,
            served=served,
            bundled=self._base,
            clock=system_clock,
            stale_after=timedelta(days=365),
            editions=self._editions,
            overlays=lambda: self._declarations.feed,
        )

    async def look(self) -> None:
        """Read the rules in force."""
        await self._declarations.look()

    async def lay_over(self) -> None:
        """Serve the catalog with them."""
        await self._publisher.lay_over()


async def save(database: Database) -> None:
    """Save the overlay."""
    write = ResourceWrite(kind=ResourceKind.OVERLAY, name=CORP.name, content=write_document(CORP))
    await database.resources.write([write], at=system_clock(), author="ann")


async def rebuild(directory: Path, reach: Reach) -> None:
    """Start, save the overlay, and serve it."""
    database = await open_sqlite(directory)
    serving = Serving(database, directory, editions_in(directory, reach))
    await serving.start()
    reach(Step.STARTED)
    await save(database)
    reach(Step.SAVED)
    await serving.look()
    reach(Step.READ)
    await serving.lay_over()
    reach(Step.PUBLISHED)
    await database.close()


def main(directory: Path, fatal: str | None) -> None:
    def reach(step: Step) -> None:
        sys.stdout.write(f"{step.value}\n")
        sys.stdout.flush()
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(rebuild(directory, reach))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
