"""Opens editions from the store, and has missing ones built in a worker process, which writes them there.

Every process that serves an edition maps the same file, so none holds a copy of its own; an edition that one process
had built is there for all others and for later starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from llmanac.errors import StorageError
from llmanac.service.editions.build import BuiltEdition, build_edition
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore
from llmanac.service.editions.warmup import warm_up
from llmanac.service.runtime.ports import RunInWorker

TURN_S = 0.05
"""Seconds between two looks whether another process has built what this one needs."""
MOST_TURNS = 600

logger = logging.getLogger(__name__)


class EditionRepository:
    """Opens and builds editions, and warms them up. Blocking work is done on a thread or in a worker process."""

    def __init__(self, store: EditionStore, *, run_in_worker: RunInWorker) -> None:
        self._store = store
        self._run_in_worker = run_in_worker

    @property
    def store(self) -> EditionStore:
        """The store, for a worker process that builds an edition."""
        return self._store

    async def open(self, spec: EditionSpec, *, like: str | None = None) -> Edition:
        """Open the edition with the spec's key, or build it where it is not in the store.

        ``like`` is the key of a kept edition that may have the same feeds but for the organisation's rules. Raises
        InvalidSource for unusable feeds, and LlmanacError where no worker process can be started.
        """
        edition = await self.find(spec.key)
        if edition is not None:
            return edition
        async with self._turn(spec.key):
            # Another process may have built it while this one waited for its turn.
            return await self.find(spec.key) or await self.build(spec, like=like)

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[None]:
        """The turn to build an edition: of the processes that share the store, one has it at a time.

        One that has had it for too long is no longer waited for.
        """
        async with AsyncExitStack() as stack:
            for _ in range(MOST_TURNS):
                lock = await asyncio.to_thread(self._store.lock, key)
                if lock is not None:
                    stack.enter_context(lock)
                    break
                await asyncio.sleep(TURN_S)
            yield

    async def find(self, key: str) -> Edition | None:
        """Open the edition with this key; None where there is none, or none that can be read."""
        return await asyncio.to_thread(self._open, key)

    async def build(self, spec: EditionSpec, *, like: str | None = None) -> Edition:
        """Build an edition, whatever the store has. Raises as ``open`` does."""
        job = partial(build_edition, store=self._store, like=like)
        return await self.open_built(await self._run_in_worker(job, spec))

    async def open_built(self, built: BuiltEdition) -> Edition:
        """Open an edition that a worker process has built. Raises StorageError where it is gone again."""
        if built.buffers is not None:
            logger.warning("%s The edition is held in memory, by each process separately.", built.trouble)
            return await asyncio.to_thread(_unpack, built.buffers)
        edition = await self.find(built.key)
        if edition is None:
            raise StorageError("An edition was built, but its file cannot be opened.")
        return edition

    def _open(self, key: str) -> Edition | None:
        edition = self._store.open(key, whole=True)
        if edition is not None:
            warm_up(edition)
        return edition


def _unpack(buffers: Mapping[str, bytes]) -> Edition:
    edition = Edition({name: memoryview(buffer) for name, buffer in buffers.items()})
    warm_up(edition)
    return edition
