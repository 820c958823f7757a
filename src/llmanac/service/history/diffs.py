"""What a catalog adds to the history: worked out in a worker process, like the editions themselves.

Plain functions of plain values, since both travel between processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.history.change import Change
from llmanac.history.difference import difference
from llmanac.history.noise import untold_after
from llmanac.history.timeline import FeedVersion
from llmanac.ingest import pipeline
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.ingest.packaged.seeds import Seed
from llmanac.ingest.pipeline import Build
from llmanac.service.editions.store import EditionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEdition:
    """A catalog whose edition is kept, so that it need not be made again, nor sent to another process."""

    store: EditionStore
    key: str
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By feed, the facts that it knows nothing of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffJob:
    """Catalogs that follow upon each other: one that is recorded, then those of seeds, then the one that is served."""

    before: StoredEdition | tuple[Seed, ...] | None = None
    seeds: Sequence[tuple[Seed, ...]] = ()
    served: StoredEdition | tuple[Seed, ...] | None = None
    """Its edition or, where that is not kept, its feeds."""
    untold: Mapping[str, Rates] = field(default_factory=dict)
    """What was recorded with the first of them."""
    featured: Choices = NO_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochDiff:
    """One catalog, and how it differs from the one before."""

    digest: str
    offers: int
    feeds: tuple[FeedVersion, ...]
    texts: Mapping[str, bytes] = field(repr=False)
    """The contents of its feeds, by SHA-256."""
    changes: tuple[Change, ...]
    """None for the first catalog of all: there is nothing that it could differ from."""
    untold: Mapping[str, Rates]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A build, and what its feeds know nothing of."""

    build: Build
    lacks: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, catalog: StoredEdition | Sequence[Seed], featured: Choices) -> _Reading:
        return cls.of_kept(catalog) if isinstance(catalog, StoredEdition) else cls.of_seeds(catalog, featured)

    @classmethod
    def of_kept(cls, kept: StoredEdition) -> _Reading:
        edition = kept.store.open(kept.key)
        if edition is None:
            raise StorageError("An edition that was kept is gone, or damaged.")
        # It is gone through several times: each offer is decoded once.
        catalog = replace(edition.catalog, offers=tuple(edition.offers))
        return cls(replace(edition.build, catalog=catalog), kept.lacks)

    @classmethod
    def of_seeds(cls, seeds: Sequence[Seed], featured: Choices) -> _Reading:
        build = pipeline.build([seed.feed for seed in seeds], featured=featured)
        return cls(build, {seed.feed.name: seed.lacks for seed in seeds if seed.lacks})


def diff_epochs(task: DiffJob) -> tuple[EpochDiff, ...]:
    """A chapter for every catalog but the recorded one. Raises InvalidSource where a feed cannot be read.

    Raises StorageError where an edition is not kept any more.
    """
    before = _Reading.of(task.before, task.featured) if task.before else None
    untold = task.untold
    chapters = []
    for reading in _readings(task):
        chapters.append(_chapter(reading, before, untold))
        before, untold = reading, chapters[-1].untold
    return tuple(chapters)


def _readings(task: DiffJob) -> list[_Reading]:
    readings = [_Reading.of(seeds, task.featured) for seeds in task.seeds]
    if task.served is not None:
        readings.append(_Reading.of(task.served, task.featured))
    return readings


def _chapter(reading: _Reading, before: _Reading | None, untold: Mapping[str, Rates]) -> EpochDiff:
    after = reading.build.catalog
    changes: tuple[Change, ...] = ()
    still_untold: Mapping[str, Rates] = {}
    if before is not None:
        earlier = before.build.catalog
        lacking = frozenset(fact for it in (before, reading) for facts in it.lacks.values() for fact in facts)
        changes = difference(earlier, after, without=lacking, untold=untold)
        still_untold = untold_after(earlier, after, untold=untold)
    feeds = [feed for _, feed in sorted(reading.build.feeds.items())]
    return EpochDiff(
        digest=after.digest,
        offers=len(after.offers),
        feeds=tuple(FeedVersion(ref=it.ref, lacks=reading.lacks.get(it.name, ())) for it in feeds),
        texts={it.ref.sha256: it.text for it in feeds},
        changes=changes,
        untold=still_untold,
    )
