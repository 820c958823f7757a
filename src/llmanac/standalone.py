"""Opens the catalog without a database: an edition of the feeds that the settings name.

Separate from ``bootstrap``, which imports the database: a command that only reads starts in half the time.
"""

from __future__ import annotations

from pathlib import Path

from llmanac.clock import system_clock
from llmanac.ingest.decode.feed import Feed
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
    if spec is None:
        spec = spec_of((*open_feeds(settings), *open_overlays(settings)), choices_of(settings))
    return open_or_build(spec, edition_files(settings))


def edition_files(settings: Settings, folder: str = "") -> EditionFiles:
    """The edition files of the installation; each ``folder`` is pruned separately."""
    return files_of_program(settings.data_dir / "editions" / folder)


def build_catalog(settings: Settings) -> Build:
    """Build the catalog of the feeds that the settings name, with the reports of what was left out."""
    from llmanac.ingest import pipeline  # noqa: PLC0415 -- all of ingest: most starts build nothing

    return pipeline.build(open_feeds(settings), featured=choices_of(settings))


def open_feeds(settings: Settings) -> tuple[Feed, ...]:
    """The feeds that are available before any refresh: local files, else the embedded ones."""
    return open_sources(settings.source_files, largest=settings.largest_feed)


def open_overlays(settings: Settings) -> tuple[Feed, ...]:
    """The feed of the rules in force in the files that the settings name, if any. Raises ConfigurationError."""
    if settings.overlays is None:
        return ()
    from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of  # noqa: PLC0415 -- few installations have files
    from llmanac.service.rules.resources.followed_files import (  # noqa: PLC0415 -- few installations have files
        OVERLAY_FILES,
        FollowedFiles,
    )

    files = FollowedFiles(settings.overlays, OVERLAY_FILES)
    files.open()
    declared = (
        DeclaredOverlay(overlay=it.document, author=Path(it.file).name, written_at=it.written_at, file=it.file)
        for it in files.documents
    )
    feed = feed_of(declared, system_clock())
    return () if feed is None else (feed,)


def choices_of(settings: Settings) -> FeaturedChoices:
    """The operator's choices for the featured set."""
    return FeaturedChoices(include=settings.featured_include, exclude=settings.featured_exclude)
