"""Services for commands on the installation's database, without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac.bootstrap.database import open_database
from llmanac.bootstrap.services import archive_of, bundled_feeds, refresh_runner_of
from llmanac.clock import system_clock
from llmanac.service.access.tokens import Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.served import edition_spec_of, open_served
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.settings import Settings
from llmanac.standalone import choices_of, open_edition


@asynccontextmanager
async def open_refresher(settings: Settings, *, observe: ObserveStep = unobserved) -> AsyncIterator[RefreshRunner]:
    """Refreshes of the installation; ``observe`` hears of every step."""
    async with (
        open_database(settings) as database,
        refresh_runner_of(settings, database, bundled_feeds(settings), observe=observe) as refresh_runner,
    ):
        yield refresh_runner


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Archive]:
    """The past of the installation's catalog."""
    async with open_database(settings) as database:
        served = await open_served(database.refreshes, bundled_feeds(settings))
        reader = Reader(open_edition(settings, spec=edition_spec_of(served, choices_of(settings))))
        archive = archive_of(settings, database, reader)
        try:
            yield archive
        finally:
            await archive.history.close()


@asynccontextmanager
async def open_tokens(settings: Settings) -> AsyncIterator[Tokens]:
    """The tokens of the installation."""
    async with open_database(settings) as database:
        yield Tokens(database.tokens, clock=system_clock)


async def open_served_edition(settings: Settings) -> Edition:
    """The edition that a server on the installation's database would serve now."""
    async with open_database(settings) as database:
        served = await open_served(database.refreshes, bundled_feeds(settings))
    return open_edition(settings, spec=edition_spec_of(served, choices_of(settings)))
