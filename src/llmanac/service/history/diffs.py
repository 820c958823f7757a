"""Compares catalogs with the ones before them, for the history to record; runs in a worker process.

Plain functions of plain values, since both are sent between processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from llmanac.domain.catalog import CatalogData
from llmanac.domain.overlaid import OfferOverlay
from llmanac.domain.pricing import Rates
from llmanac.domain.records import Offer
from llmanac.errors import StorageError
from llmanac.history.change import Change
from llmanac.history.difference import difference
from llmanac.history.noise import last_reported_after
from llmanac.history.overlay_causes import with_overlay_causes
from llmanac.history.timeline import FeedVersion
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.packaged.seeds import Seed
from llmanac.service.editions.overlaid_build import build_overlaid
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
class _ComparedCatalog:
    """A catalog, its feeds, and the facts that these do not have."""

    catalog: CatalogData
    feeds: Mapping[str, Feed]
    lacks: Mapping[str, tuple[str, ...]]
    overlaid: Mapping[str, OfferOverlay]


class _CatalogReader:
    """Reads catalogs that are compared with each other; offers that two stored ones share are one object."""

    def __init__(self, featured: FeaturedChoices) -> None:
        self._featured = featured
        self._decoded: dict[bytes, Offer] = {}

    def read(self, catalog: StoredEdition | Sequence[Seed]) -> _ComparedCatalog:
        """The catalog of an edition or of seeds. Raises as ``diff_epochs`` does."""
        return self._stored(catalog) if isinstance(catalog, StoredEdition) else self._of_seeds(catalog)

    def _stored(self, stored: StoredEdition) -> _ComparedCatalog:
        edition = stored.store.open(stored.key)
        if edition is None:
            raise StorageError("An edition that was stored is gone, or damaged.")
        catalog = replace(edition.catalog, offers=tuple(edition.read_offers(self._decoded)))
        return _ComparedCatalog(catalog, edition.feeds, stored.lacks, edition.overlaid)

    def _of_seeds(self, seeds: Sequence[Seed]) -> _ComparedCatalog:
        built = build_overlaid([seed.feed for seed in seeds], featured=self._featured)
        lacks = {it.feed.name: it.lacks for it in seeds if it.lacks}
        return _ComparedCatalog(built.build.catalog, built.build.feeds, lacks, built.overlaid.offers)


def diff_epochs(job: DiffJob) -> tuple[EpochDiff, ...]:
    """The diff of every catalog but the recorded one. Raises InvalidSource where a feed cannot be read.

    Raises StorageError where an edition is no longer in the store.
    """
    reader = _CatalogReader(job.featured)
    before = reader.read(job.before) if job.before else None
    last_reported = job.last_reported
    diffs = []
    for catalog in (*job.seeds, *([job.served] if job.served is not None else ())):
        after = reader.read(catalog)
        diffs.append(_diff(after, before, last_reported))
        before, last_reported = after, diffs[-1].last_reported
    return tuple(diffs)


def _diff(compared: _ComparedCatalog, before: _ComparedCatalog | None, last_reported: Mapping[str, Rates]) -> EpochDiff:
    after = compared.catalog
    changes: tuple[Change, ...] = ()
    now_reported: Mapping[str, Rates] = {}
    if before is not None:
        earlier = before.catalog
        lacking = frozenset(fact for it in (before, compared) for facts in it.lacks.values() for fact in facts)
        told = difference(earlier, after, without=lacking, last_reported=last_reported)
        changes = tuple(with_overlay_causes(told, before.overlaid, compared.overlaid))
        now_reported = last_reported_after(earlier, after, last_reported=last_reported)
    feeds = [feed for _, feed in sorted(compared.feeds.items())]
    return EpochDiff(
        digest=after.digest,
        offers=len(after.offers),
        feeds=tuple(FeedVersion(ref=it.ref, lacks=compared.lacks.get(it.name, ())) for it in feeds),
        texts={it.ref.sha256: it.text for it in feeds},
        changes=changes,
        last_reported=now_reported,
    )
