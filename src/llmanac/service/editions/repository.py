"""Editions are made in a process of their own, which writes each of them to a file; every process that serves maps it.

So a process holds none of it for itself, and what one process has made is there for all others and for later starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from llmanac.errors import StorageError
from llmanac.service.editions.build import BuiltEdition, build_edition
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore
from llmanac.service.editions.warmup import warm_up
from llmanac.service.ports import RunInWorker

logger = logging.getLogger(__name__)


class EditionRepository:
    """Gives editions that are ready to answer. What takes long is done on a thread, and in another process."""

    def __init__(self, store: EditionStore, *, run_in_worker: RunInWorker) -> None:
        self._store = store
        self._run_in_worker = run_in_worker

    @property
    def store(self) -> EditionStore:
        """Where they are kept: for a process that makes one."""
        return self._store

    async def open(self, spec: EditionSpec) -> Edition:
        """The edition that is kept under the blueprint's key, else one that is made.

        Raises InvalidSource for feeds that none can be made of, and LlmanacError where there is no process to do it.
        """
        return await self.kept(spec.key) or await self.make(spec)

    async def kept(self, key: str) -> Edition | None:
        """The edition of this key; None where there is none, or none that can be read."""
        return await asyncio.to_thread(self._open, key)

    async def make(self, spec: EditionSpec) -> Edition:
        """A new edition, whatever is kept. Raises as ``open`` does."""
        return await self.take(await self._run_in_worker(partial(build_edition, store=self._store), spec))

    async def take(self, made: BuiltEdition) -> Edition:
        """An edition that another process has made. Raises StorageError where it is gone again."""
        if made.buffers is not None:
            logger.warning("%s It is held in memory, by each process for itself.", made.trouble)
            return await asyncio.to_thread(_unpack, made.buffers)
        edition = await self.kept(made.key)
        if edition is None:
            raise StorageError("An edition was made, and its file cannot be opened.")
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
