"""The API of a server, or in this process the same over the catalog on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac import bootstrap, database, standalone
from llmanac.auth.verifier import OpenVerifier
from llmanac.catalog.history import open_packaged_archive
from llmanac.clock import system_clock
from llmanac.errors import ConfigurationError
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.mcp.in_process import ONCE, connect_in_process
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.spec import spec_of
from llmanac.settings import Settings
from llmanac.user_agent import COMMAND, user_agent
from llmanac_client.async_connection import AsyncConnection
from llmanac_client.errors import InvalidAddress, MalformedToken


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """A connection to the server that the settings name; else to the API over the catalog on this machine.

    That needs no token and is under no policy, as all commands on this machine. Raises ConfigurationError.
    """
    if settings.url is not None:
        async with _connect(settings, settings.url) as connection:
            yield connection
        return
    async with _open_catalog(settings) as (reader, archive):
        app = create_app(Services(reader=reader, authenticator=OpenVerifier(), archive=archive))
        await app.framework.prepare()
        async with connect_in_process(app) as connection:
            yield connection


def _connect(settings: Settings, url: str) -> AsyncConnection:
    token = settings.token.get_secret_value() if settings.token else None
    try:
        return AsyncConnection(url, token=token, retries=ONCE, cache_bytes=0, user_agent=user_agent(COMMAND))
    except (InvalidAddress, MalformedToken) as error:
        raise ConfigurationError(str(error)) from None


@asynccontextmanager
async def _open_catalog(settings: Settings) -> AsyncIterator[tuple[Reader, Archive]]:
    """The catalog and its past: the installation's, as it goes on, or where there is none the package's."""
    if database.has_database(settings):
        async with bootstrap.run(settings.model_copy(update={"refresh": False, "authentication": "none"})) as running:
            yield running.reader, running.archive
        return
    feeds = (*standalone.open_feeds(settings), *standalone.open_overlays(settings))
    spec = spec_of(feeds, standalone.choices_of(settings))
    edition = standalone.open_edition(settings, spec=spec)
    past_editions = standalone.edition_files(settings, "past")
    async with open_packaged_archive(edition, spec, past_editions=past_editions, clock=system_clock) as archive:
        yield Reader(edition), archive
