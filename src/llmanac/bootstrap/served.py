"""The edition that an installation serves; apart from the rest, for commands that read nothing else."""

from __future__ import annotations

from llmanac.bootstrap.followed import followed_files
from llmanac.clock import system_clock
from llmanac.database import open_database
from llmanac.domain.feed import FIGURES
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.opening import open_or_build
from llmanac.service.editions.store import EditionStore
from llmanac.service.refresh.served import BundledFeeds, edition_spec_of, open_served
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.resources.followed_files import OVERLAY_FILES
from llmanac.settings import Settings
from llmanac.standalone import choices_of, edition_files, open_feeds
from llmanac.storage.database import Database


async def open_served_edition(settings: Settings, *, store: EditionStore | None = None, whole: bool = False) -> Edition:
    """The edition that a server on the installation's database would serve now.

    It is kept in ``store``; by default, where a server keeps it. ``whole`` checks all of a kept edition before it is
    used.
    """
    async with open_database(settings) as database:
        return await served_edition(settings, database, store, whole=whole)


async def served_edition(
    settings: Settings, database: Database, store: EditionStore | None, *, whole: bool = False
) -> Edition:
    """The same, on a database that is open."""
    declarations = declarations_of(settings, database)
    await declarations.open()
    served = await open_served(database.refreshes, bundled_feeds(settings), overlays=declarations.feed)
    spec = edition_spec_of(served, choices_of(settings))
    return open_or_build(spec, store or edition_files(settings), whole=whole)


def declarations_of(settings: Settings, database: Database) -> OverlayDeclarations:
    """The overlays of the installation, which are still to be opened."""
    return OverlayDeclarations(database.resources, clock=system_clock, files=followed_files(settings, OVERLAY_FILES))


def bundled_feeds(settings: Settings) -> BundledFeeds:
    """The feeds that are there before any refresh: those of local files, and those in the package for the others."""
    feeds = open_feeds(settings)
    return BundledFeeds(
        feeds={feed.name: feed for feed in feeds},
        in_use=frozenset([*settings.source_urls, *settings.source_files, FIGURES]),
        pinned=frozenset(settings.source_files),
    )
