"""The catalog without a server: an edition of the sources that the settings name.

Apart from ``bootstrap``, which brings a database with it: a command that only reads starts in half the time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from llmanac.errors import StorageError
from llmanac.ingest import pipeline
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.decode.sources import Feed
from llmanac.ingest.merge.featured import Choices
from llmanac.ingest.pipeline import Build
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.settings import Settings
from llmanac.storage.editions import EditionFiles
from llmanac.version import __version__

logger = logging.getLogger(__name__)


def open_edition(settings: Settings, *, spec: EditionSpec | None = None) -> Edition:
    """The edition of a blueprint, or of the sources that the settings name: mapped where it was built before.

    Else it is built, and kept for the next start.
    """
    spec = spec or _blueprint_of(open_feeds(settings), choices_of(settings))
    editions = edition_files(settings)
    if kept := editions.open(spec.key):
        return kept
    edition = Edition.of(pipeline.build(spec.feeds.values(), featured=spec.featured))
    try:
        editions.keep(spec.key, edition)
    except StorageError as error:
        logger.warning("%s The next start will build it again.", error.detail)
        return edition
    # From here on as any later start: mapped pages are shared, and the records are loaded only when needed.
    return editions.open(spec.key) or edition


def edition_files(settings: Settings, folder: str = "") -> EditionFiles:
    """Where the installation keeps what it has built; in a folder of their own, so as not to drop what others need."""
    return EditionFiles(settings.data_dir / "editions" / folder, program=f"{__version__} {_changed()}")


def build_catalog(settings: Settings) -> Build:
    """The catalog of the sources that the settings name, with the account of how it came about."""
    return pipeline.build(open_feeds(settings), featured=choices_of(settings))


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The feeds that are there before any refresh."""
    return pipeline.open_sources(
        models_dev=settings.models_dev, litellm=settings.litellm, largest=settings.largest_feed
    )


def choices_of(settings: Settings) -> Choices:
    """What the operator wants in the featured set, and what not."""
    return Choices(include=settings.featured_include, exclude=settings.featured_exclude)


def _changed() -> str:
    """When the program's files last changed: a checkout changes without its version."""
    files = Path(__file__).parent.rglob("*.py")
    return str(max(file.stat().st_mtime_ns for file in files))


def _blueprint_of(feeds: Iterable[Feed], choices: Choices) -> EditionSpec:
    by_name = {feed.name: feed for feed in feeds}
    expected = {name: fingerprint(feed.data)[0] for name, feed in by_name.items()}
    return EditionSpec(feeds=by_name, expected=expected, featured=choices)
