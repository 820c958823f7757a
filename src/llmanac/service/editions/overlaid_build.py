"""Builds the catalog of an edition: folded from its feeds, with the organisation's rules laid over it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from llmanac.domain.overlaid import NOTHING_OVERLAID, Overlaid
from llmanac.domain.own_facts import OVERLAYS
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.layer import NOTHING_DECODED, Layer
from llmanac.ingest.merge.build import Build, without_collection
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.service.editions.edition import Edition


@dataclass(frozen=True, slots=True)
class OverlaidBuild:
    """A build of the feeds, and the catalog with the organisation's word."""

    build: Build
    """Its ``catalog`` and its ``conflicts`` are those with the organisation's word."""
    overlaid: Overlaid
    upstream_conflicts: Sequence[Conflict] = ()
    """The conflicts of the sources alone, where rules are in force."""

    def edition(self, *, base: Edition | None = None, sources: Mapping[str, SourceFormat] = SOURCES) -> Edition:
        """The edition of this build; what overlays change nothing of is taken from ``base``."""
        return Edition.of(
            self.build,
            overlaid=self.overlaid,
            upstream_conflicts=self.upstream_conflicts,
            base=base,
            sources=sources,
        )


def build_overlaid(
    feeds: Iterable[Feed],
    *,
    featured: FeaturedChoices = NO_CHOICES,
    decoded: Mapping[str, Layer] = NOTHING_DECODED,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> OverlaidBuild:
    """Build the catalog of these feeds, of which one may hold the organisation's rules. Raises InvalidSource."""
    from llmanac.ingest import pipeline  # noqa: PLC0415 -- all of ingest: most starts build nothing

    feeds = tuple(feeds)
    with without_collection():  # once for both: a collection between them would go through all that the first has made
        build = pipeline.build(feeds, featured=featured, decoded=decoded, sources=sources)
        return lay_over(build, {feed.name: feed for feed in feeds}, featured=featured, sources=sources)


def lay_over(
    build: Build,
    feeds: Mapping[str, Feed],
    *,
    featured: FeaturedChoices = NO_CHOICES,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> OverlaidBuild:
    """The build with the rules that are among the feeds; they change its catalog, and none of its claims."""
    if OVERLAYS not in feeds:
        return OverlaidBuild(build, NOTHING_OVERLAID)
    from llmanac.ingest import pipeline  # noqa: PLC0415 -- only where an edition is built
    from llmanac.ingest.merge.featured import choose  # noqa: PLC0415 -- only where an edition is built
    from llmanac.rules.overlay_conflicts import conflicts_with_overlays  # noqa: PLC0415 -- only where there are rules
    from llmanac.rules.overlaying import overlay  # noqa: PLC0415 -- brings in what reads documents
    from llmanac.rules.rules_in_force import read_rules  # noqa: PLC0415 -- brings in what reads documents

    days = pipeline.days_of(feeds, sources)
    with without_collection():
        rules = read_rules(feeds[OVERLAYS])
        catalog, overlaid = overlay(build.catalog, rules, today=days.today)
        chosen = choose(catalog.offers, catalog.models, today=days.today, latest=days.latest, choices=featured)
        conflicts = conflicts_with_overlays(build.conflicts, catalog.offers, overlaid, claims=build.claims)
    digest = hashlib.sha256(f"{catalog.digest} {feeds[OVERLAYS].ref.sha256}".encode()).hexdigest()
    catalog = replace(catalog, featured=chosen, digest=digest)
    return OverlaidBuild(replace(build, catalog=catalog, conflicts=conflicts), overlaid, build.conflicts)
