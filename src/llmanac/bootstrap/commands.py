"""Services for commands on the installation's database, without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac.bootstrap.served import bundled_feeds, declarations_of, served_edition
from llmanac.bootstrap.services import access_of, archive_of, refresh_runner_of, tokens_of
from llmanac.clock import system_clock
from llmanac.database import open_database
from llmanac.service.access.tokens import Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.store import EditionStore
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.service.rules.overlays.baselines import Baselines
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.policies.policies import Policies
from llmanac.service.runtime.ports import RunInWorker
from llmanac.settings import Settings


@asynccontextmanager
async def open_refresher(settings: Settings, *, observe: ObserveStep = unobserved) -> AsyncIterator[RefreshRunner]:
    """Refreshes of the installation; ``observe`` hears of every step."""
    async with open_database(settings) as database:
        declarations = declarations_of(settings, database)
        await declarations.open()
        runner = refresh_runner_of(
            settings,
            database,
            bundled_feeds(settings),
            overlays=lambda: declarations.feed,
            observe=observe,
        )
        async with runner as refresh_runner:
            yield refresh_runner


@asynccontextmanager
async def open_archive(
    settings: Settings, *, store: EditionStore | None = None, run_in_worker: RunInWorker | None = None
) -> AsyncIterator[Archive]:
    """The past of the installation's catalog.

    Editions are kept in ``store`` and built by ``run_in_worker``; by default, where and as a server does.
    """
    async with open_database(settings) as database:
        reader = Reader(await served_edition(settings, database, store))
        archive = archive_of(settings, database, reader, store=store, run_in_worker=run_in_worker)
        try:
            yield archive
        finally:
            await archive.history.close()


@asynccontextmanager
async def open_overlays(settings: Settings) -> AsyncIterator[Overlays]:
    """The overlays of the installation, and the edition that a server on its database would serve."""
    async with open_database(settings) as database:
        declarations = declarations_of(settings, database)
        await declarations.open()
        reader = Reader(await served_edition(settings, database, None))
        baselines = Baselines(database.baselines, reader, clock=system_clock)
        yield Overlays(database.resources, declarations, reader=reader, baselines=baselines, clock=system_clock)


@asynccontextmanager
async def open_policies(settings: Settings) -> AsyncIterator[Policies]:
    """The policies of the installation, and the edition that a server on its database would serve."""
    async with open_database(settings) as database:
        reader = Reader(await served_edition(settings, database, None))
        arrivals = Arrivals(database.arrivals, reader, clock=system_clock)
        await arrivals.follow()
        access = access_of(settings, database, arrivals)
        await access.open()
        yield Policies(
            database.resources,
            access,
            arrivals=database.arrivals,
            tokens=database.tokens,
            reader=reader,
            clock=system_clock,
        )


@asynccontextmanager
async def open_tokens(settings: Settings) -> AsyncIterator[Tokens]:
    """The tokens of the installation."""
    async with open_database(settings) as database:
        yield tokens_of(settings, database)
