"""Chooses the backend of a command by its options and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from llmanac import settings
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.options.shared import DataDir, Url
from llmanac.cli.options.source_files import file_options
from llmanac.cli.options.typer_signature import option, replacing
from llmanac.clock import system_clock
from llmanac.settings import Settings

if TYPE_CHECKING:  # they take longer to import than a server takes to answer
    from contextlib import AbstractAsyncContextManager

    from llmanac.catalog.history import CatalogHistory, PackagedHistory
    from llmanac.service.archive import Archive
    from llmanac.service.editions.edition import Edition
    from llmanac.service.history.changes import ChangePage, Interest

OPTIONS = (
    option("url", Url),
    *file_options(),
    option("data_dir", DataDir),
)


def open_client(url: str | None, data_dir: Path | None, **files: Path | None) -> CatalogClient:
    """A client for the server that an option or setting names; else one for the catalog on this machine."""
    chosen = settings.load(url=url, data_dir=data_dir, **files)
    # Only one of them is needed, and each takes longer to import than to answer.
    if chosen.url is not None:
        from llmanac.cli.backend.remote import RemoteClient  # noqa: PLC0415 -- only one of them is needed

        return RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None)
    from llmanac.cli.backend.local import LocalClient  # noqa: PLC0415 -- only one of them is needed

    return LocalClient(_Installation(chosen))


@dataclass(frozen=True, slots=True)
class _Installation:
    """The installation on this machine, by the settings; the database is opened only where it is needed."""

    settings: Settings

    def edition(self) -> Edition:
        from llmanac import database, standalone  # noqa: PLC0415 -- a server's answers do without them

        if not database.has_database(self.settings):
            return standalone.open_edition(self.settings)
        import asyncio  # noqa: PLC0415 -- a search of the package starts no event loop

        from llmanac import bootstrap  # noqa: PLC0415 -- brings in the database, which takes long to load

        return asyncio.run(bootstrap.open_served_edition(self.settings))

    def past_edition(self, day: date) -> Edition:
        if (packaged := self._packaged_history()) is not None:
            return packaged.edition(day) or self.edition()
        import asyncio  # noqa: PLC0415 -- a search of the package starts no event loop

        return asyncio.run(self._past_edition(day))

    async def _past_edition(self, day: date) -> Edition:
        async with self._open_archive() as archive:
            return await archive.past.edition(day)

    def history(self) -> CatalogHistory:
        if (packaged := self._packaged_history()) is not None:
            return packaged
        from llmanac.catalog.history import RecordedHistory  # noqa: PLC0415 -- only the past needs it

        return RecordedHistory(self._open_archive, clock=system_clock)

    def changes(self, interest: Interest, *, cursor: str | None, limit: int) -> ChangePage:
        if (packaged := self._packaged_history()) is not None:
            return packaged.page(interest, cursor=cursor, limit=limit)
        import asyncio  # noqa: PLC0415 -- a search of the package starts no event loop

        return asyncio.run(self._changes(interest, cursor=cursor, limit=limit))

    async def _changes(self, interest: Interest, *, cursor: str | None, limit: int) -> ChangePage:
        async with self._open_archive() as archive:
            return await archive.changes.page(interest, cursor=cursor, limit=limit)

    def _packaged_history(self) -> PackagedHistory | None:
        """The past that the package carries, where no database has recorded one."""
        from llmanac import database, standalone  # noqa: PLC0415 -- a server's answers do without them
        from llmanac.catalog.history import PackagedHistory  # noqa: PLC0415 -- only the past needs it

        if database.has_database(self.settings):
            return None
        from llmanac.service.editions.spec import spec_of  # noqa: PLC0415 -- a server's answers do without it

        feeds = (*standalone.open_feeds(self.settings), *standalone.open_overlays(self.settings))
        spec = spec_of(feeds, standalone.choices_of(self.settings))
        past_editions = standalone.edition_files(self.settings, "past")
        edition = standalone.open_edition(self.settings, spec=spec)
        return PackagedHistory(edition, spec, past_editions=past_editions, clock=system_clock)

    def _open_archive(self) -> AbstractAsyncContextManager[Archive]:
        """The recorded past, built on threads of this process where need be."""
        from llmanac import bootstrap  # noqa: PLC0415 -- brings in the database, which takes long to load
        from llmanac.catalog.history import run_on_thread  # noqa: PLC0415 -- only the past needs it

        return bootstrap.open_archive(self.settings, run_in_worker=run_on_thread)


asks = replacing("client", OPTIONS, open_client)
"""Decorates a command: the options of a backend are added, and its parameter ``client`` is the chosen one."""
