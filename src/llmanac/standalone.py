"""Opens the catalog without a database: an edition of the feeds that the settings name.

Separate from ``bootstrap``, which imports the database: a command that only reads starts in half the time.
"""

from __future__ import annotations

from pathlib import Path

from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.opening import open_or_build
from llmanac.service.editions.spec import EditionSpec, spec_of
from llmanac.settings import Settings
from llmanac.storage.editions import EditionFiles, files_of_program


def open_edition(settings: Settings, *, spec: EditionSpec | None = None) -> Edition:
    """The edition of a spec, by default of the feeds that the settings name.

    It is mapped if it was built before, else built in this process and kept for the next start.
    """
    return open_or_build(spec or spec_of(open_feeds(settings), choices_of(settings)), edition_files(settings))


def edition_files(settings: Settings, folder: str = "") -> EditionFiles:
    """The edition files of the installation; each ``folder`` is pruned separately."""
    return files_of_program(settings.data_dir / "editions" / folder)


def build_catalog(settings: Settings) -> Build:
    """Build the catalog of the feeds that the settings name, with the reports of what was left out."""
    return pipeline.build(open_feeds(settings), featured=choices_of(settings))


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The feeds that are available before any refresh: local files, else the embedded ones."""
    return open_sources(files_of(settings), largest=settings.largest_feed)


def files_of(settings: Settings) -> dict[str, Path]:
    """The local files that the settings name, by source."""
    settable = {name: source.file_setting for name, source in SOURCES.items() if source.file_setting}
    files = {name: getattr(settings, setting) for name, setting in settable.items()}
    return {name: path for name, path in files.items() if path is not None}


def choices_of(settings: Settings) -> FeaturedChoices:
    """The operator's choices for the featured set."""
    return FeaturedChoices(include=settings.featured_include, exclude=settings.featured_exclude)
