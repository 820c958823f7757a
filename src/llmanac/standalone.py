"""The catalog without a server: an edition of the sources that the settings name.

Apart from ``bootstrap``, which brings a database with it: a command that only reads starts in half the time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from llmanac import __version__
from llmanac.errors import StorageError
from llmanac.ingest import pipeline
from llmanac.ingest.featured import Choices
from llmanac.ingest.pipeline import Build
from llmanac.ingest.sources import Feed
from llmanac.service.edition import Edition
from llmanac.settings import Settings
from llmanac.storage.editions import EditionFiles

logger = logging.getLogger(__name__)


def open_edition(settings: Settings, *, feeds: Iterable[Feed] | None = None) -> Edition:
    """The edition of these feeds, or of the sources that the settings name: mapped where it was built before.

    Else it is built, and kept for the next start.
    """
    feeds = open_feeds(settings) if feeds is None else tuple(feeds)
    choices = choices_of(settings)
    editions = EditionFiles(settings.data_dir / "editions")
    key = _key(feeds, choices)
    if kept := editions.open(key):
        return kept
    edition = Edition.of(pipeline.build(feeds, featured=choices))
    try:
        editions.keep(key, edition)
    except StorageError as error:
        logger.warning("%s The next start will build it again.", error.detail)
        return edition
    # From here on as any later start: mapped pages are shared, and the records are loaded only when needed.
    return editions.open(key) or edition


def build_catalog(settings: Settings) -> Build:
    """The catalog of the sources that the settings name, with the account of how it came about."""
    return pipeline.build(open_feeds(settings), featured=choices_of(settings))


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The feeds that are there before any refresh."""
    return pipeline.open_sources(models_dev=settings.models_dev, litellm=settings.litellm)


def choices_of(settings: Settings) -> Choices:
    """What the operator wants in the featured set, and what not."""
    return Choices(include=settings.featured_include, exclude=settings.featured_exclude)


def _changed() -> str:
    """When the program's files last changed: a checkout changes without its version."""
    files = Path(__file__).parent.rglob("*.py")
    return str(max(file.stat().st_mtime_ns for file in files))


def _key(feeds: Iterable[Feed], choices: Choices) -> str:
    """Names what an edition is built from: the program, the feeds, and the operator's choices."""
    parts = [__version__, _changed(), repr(choices)]
    parts += [f"{feed.name} {feed.origin} {feed.date} {sha256(feed.data).hexdigest()}" for feed in feeds]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
