"""Compares catalogs with the ones before them, for the history to record; runs in a worker process.

Plain functions of plain values, since both are sent between processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.history.change import Change
from llmanac.history.difference import difference
from llmanac.history.noise import last_reported_after
from llmanac.history.timeline import FeedVersion
from llmanac.ingest import pipeline
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.packaged.seeds import Seed
from llmanac.service.editions.store import EditionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEdition:
    """A catalog whose edition is in the store: it is opened there, not built again or sent between processes."""

    store: EditionStore
    key: str
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By feed, the facts that it does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffJob:
    """Catalogs in order of time: one that is recorded, then those of seeds, then the one that is served."""

    before: StoredEdition | tuple[Seed, ...] | None = None
    seeds: Sequence[tuple[Seed, ...]] = ()
    served: StoredEdition | tuple[Seed, ...] | None = None
    """Its edition or, where that is not in the store, its feeds."""
    last_reported: Mapping[str, Rates] = field(default_factory=dict)
    """The unreported rates that were recorded with ``before``."""
    featured: FeaturedChoices = NO_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochDiff:
    """One catalog, and its changes since the one before."""

    digest: str
    offers: int
    feeds: tuple[FeedVersion, ...]
    texts: Mapping[str, bytes] = field(repr=False)
    """The contents of its feeds, by SHA-256."""
    changes: tuple[Change, ...]
    """Empty for the very first catalog: there is nothing to compare it with."""
    last_reported: Mapping[str, Rates]


@dataclass(frozen=True, slots=True)
class _AnnotatedBuild:
    """A build, with the facts that its feeds do not have."""

    build: Build
    lacks: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, catalog: StoredEdition | Sequence[Seed], featured: FeaturedChoices) -> _AnnotatedBuild:
        return cls.of_stored(catalog) if isinstance(catalog, StoredEdition) else cls.of_seeds(catalog, featured)

    @classmethod
    def of_stored(cls, stored: StoredEdition) -> _AnnotatedBuild:
        edition = stored.store.open(stored.key)
        if edition is None:
            raise StorageError("An edition that was stored is gone, or damaged.")
        # The offers are iterated over several times: decode each once.
        catalog = replace(edition.catalog, offers=tuple(edition.offers))
        return cls(replace(edition.build, catalog=catalog), stored.lacks)

    @classmethod
    def of_seeds(cls, seeds: Sequence[Seed], featured: FeaturedChoices) -> _AnnotatedBuild:
        build = pipeline.build([seed.feed for seed in seeds], featured=featured)
        return cls(build, {seed.feed.name: seed.lacks for seed in seeds if seed.lacks})


def diff_epochs(job: DiffJob) -> tuple[EpochDiff, ...]:
    """The diff of every catalog but the recorded one. Raises InvalidSource where a feed cannot be read.

    Raises StorageError where an edition is no longer in the store.
    """
    before = _AnnotatedBuild.of(job.before, job.featured) if job.before else None
    last_reported = job.last_reported
    diffs = []
    for annotated in _builds(job):
        diffs.append(_diff(annotated, before, last_reported))
        before, last_reported = annotated, diffs[-1].last_reported
    return tuple(diffs)


def _builds(job: DiffJob) -> list[_AnnotatedBuild]:
    builds = [_AnnotatedBuild.of(seeds, job.featured) for seeds in job.seeds]
    if job.served is not None:
        builds.append(_AnnotatedBuild.of(job.served, job.featured))
    return builds


def _diff(annotated: _AnnotatedBuild, before: _AnnotatedBuild | None, last_reported: Mapping[str, Rates]) -> EpochDiff:
    after = annotated.build.catalog
    changes: tuple[Change, ...] = ()
    now_reported: Mapping[str, Rates] = {}
    if before is not None:
        earlier = before.build.catalog
        lacking = frozenset(fact for it in (before, annotated) for facts in it.lacks.values() for fact in facts)
        changes = difference(earlier, after, without=lacking, last_reported=last_reported)
        now_reported = last_reported_after(earlier, after, last_reported=last_reported)
    feeds = [feed for _, feed in sorted(annotated.build.feeds.items())]
    return EpochDiff(
        digest=after.digest,
        offers=len(after.offers),
        feeds=tuple(FeedVersion(ref=it.ref, lacks=annotated.lacks.get(it.name, ())) for it in feeds),
        texts={it.ref.sha256: it.text for it in feeds},
        changes=changes,
        last_reported=now_reported,
    )
