"""A process that refreshes, and is to be killed: python victim.py DIRECTORY [OBSERVATION].

The directory holds the database, and two folders of feed files: ``base`` as packaged, ``upstream`` as they are now.
With the number of an observation, the process kills itself there; without, it says when it begins, and another may.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TypeVar

from llmanac.clock import system_clock
from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.fetch.upstream import Fetched, Unmodified, Upstream, Validators
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.refresh.executor import RefreshExecutor
from llmanac.service.refresh.records import Trigger
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.served import BundledFeeds
from llmanac.service.refresh.source_client import FeedSource, LocalFile, SourceClient
from llmanac.service.refresh.steps import RefreshStep
from llmanac.storage.database import open_sqlite
from llmanac.storage.editions import EditionFiles

Given = TypeVar("Given")
Made = TypeVar("Made")

NAMES = {"models.dev": "api.json", "litellm": "prices.json"}


async def run_here(work: Callable[[Given], Made], given: Given) -> Made:
    return work(given)


async def fetch(upstream: Upstream, *, validators: Validators) -> Fetched | Unmodified:
    raise InvalidSource(f"{upstream} and {validators}: here are only files")


def base_in(directory: Path) -> BundledFeeds:
    """The bundled feeds, in place of those of the package."""
    return BundledFeeds(
        feeds={
            name: Feed.of(
                name=name, origin="embedded", date="2026-09-30", data=(directory / "base" / file).read_bytes()
            )
            for name, file in NAMES.items()
        }
    )


def editions_in(directory: Path) -> EditionFiles:
    """Where it keeps what it has built."""
    return EditionFiles(directory / "editions", program="these tests")


async def refresh(directory: Path, observe: Callable[[RefreshStep, str], None]) -> None:
    """One refresh from the files."""
    database = await open_sqlite(directory)
    executor = RefreshExecutor(
        database.refreshes,
        SourceClient(fetch, clock=system_clock),
        sources=[FeedSource(name, LocalFile(directory / "upstream" / file)) for name, file in NAMES.items()],
        bundled=base_in(directory),
        clock=system_clock,
        run_in_worker=run_here,
        editions=EditionRepository(editions_in(directory), run_in_worker=run_here),
        observe=observe,
    )
    await RefreshRunner(database.refreshes, executor, clock=system_clock).refresh(Trigger.COMMAND)
    await database.close()


def main(directory: Path, fatal: int | None) -> None:
    numbers = count(1)

    def observe(step: RefreshStep, _what: str) -> None:
        sys.stdout.write(f"{step.value}\n")
        sys.stdout.flush()
        if next(numbers) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.stdout.write("begins\n")
    sys.stdout.flush()
    asyncio.run(refresh(directory, observe))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
