"""Opens services for commands that use the installation's database without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac.bootstrap.database import open_database
from llmanac.bootstrap.services import archive_of, bundled_feeds, refresh_runner_of
from llmanac.clock import system_clock
from llmanac.service.access.tokens import Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.build import open_or_build
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.store import EditionStore
from llmanac.service.ports import RunInWorker
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.served import edition_spec_of, open_served
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.settings import Settings
from llmanac.standalone import choices_of, edition_files
from llmanac.storage.database import Database


@asynccontextmanager
async def open_refresher(settings: Settings, *, observe: ObserveStep = unobserved) -> AsyncIterator[RefreshRunner]:
    """Open the installation's RefreshRunner; ``observe`` is called with every step."""
    async with (
        open_database(settings) as database,
        refresh_runner_of(settings, database, bundled_feeds(settings), observe=observe) as refresh_runner,
    ):
        yield refresh_runner


@asynccontextmanager
async def open_archive(
    settings: Settings, *, store: EditionStore | None = None, run_in_worker: RunInWorker | None = None
) -> AsyncIterator[Archive]:
    """Open the history of the installation's catalog.

    Editions are kept in ``store`` and built by ``run_in_worker``; both default to those of a server.
    """
    async with open_database(settings) as database:
        reader = Reader(await _served_edition(settings, database, store))
        archive = archive_of(settings, database, reader, store=store, run_in_worker=run_in_worker)
        try:
            yield archive
        finally:
            await archive.history.close()


@asynccontextmanager
async def open_tokens(settings: Settings) -> AsyncIterator[Tokens]:
    """Open the installation's tokens."""
    async with open_database(settings) as database:
        yield Tokens(database.tokens, clock=system_clock)


async def open_served_edition(settings: Settings, *, store: EditionStore | None = None) -> Edition:
    """The edition that a server on the installation's database would serve now, kept as ``open_archive`` keeps it."""
    async with open_database(settings) as database:
        return await _served_edition(settings, database, store)


async def _served_edition(settings: Settings, database: Database, store: EditionStore | None) -> Edition:
    served = await open_served(database.refreshes, bundled_feeds(settings))
    return open_or_build(edition_spec_of(served, choices_of(settings)), store or edition_files(settings))
