"""The catalog without a server: an edition of the sources that the settings name.

Apart from ``bootstrap``, which brings a database with it: a command that only reads starts in half the time.
"""

from __future__ import annotations

from pathlib import Path

from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.merge.featured import Choices
from llmanac.ingest.pipeline import Build
from llmanac.service.editions.build import open_or_build, spec_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.settings import Settings
from llmanac.storage import location
from llmanac.storage.editions import EditionFiles, files_of_program


def open_edition(settings: Settings, *, spec: EditionSpec | None = None) -> Edition:
    """The edition of a blueprint, or of the sources that the settings name: mapped where it was built before.

    Else it is built, and kept for the next start.
    """
    return open_or_build(spec or spec_of(open_feeds(settings), choices_of(settings)), edition_files(settings))


def edition_files(settings: Settings, folder: str = "") -> EditionFiles:
    """Where the installation keeps what it has built; in a folder of their own, so as not to drop what others need."""
    return files_of_program(settings.data_dir / "editions" / folder)


def has_database(settings: Settings) -> bool:
    """Whether the installation has a database: what is served then may be newer than what the settings name."""
    return location.has_database(settings.data_dir)


def build_catalog(settings: Settings) -> Build:
    """The catalog of the sources that the settings name, with the account of how it came about."""
    return pipeline.build(open_feeds(settings), featured=choices_of(settings))


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The feeds that are there before any refresh."""
    return pipeline.open_sources(files_of(settings), largest=settings.largest_feed)


def files_of(settings: Settings) -> dict[str, Path]:
    """The local files that the settings name, by source."""
    files = {name: getattr(settings, source.setting) for name, source in SOURCES.items()}
    return {name: path for name, path in files.items() if path is not None}


def choices_of(settings: Settings) -> Choices:
    """What the operator wants in the featured set, and what not."""
    return Choices(include=settings.featured_include, exclude=settings.featured_exclude)
