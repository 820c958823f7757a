"""Seeds: older feeds in the package, so that a new installation has a history at once and without a network.

Each is stored as a patch on the embedded feed of the same source: three dated feeds have a fifth of a megabyte instead
of half a megabyte. The ``manifest.json`` states the origin, date and hash of each, and the facts that it lacks. A new
embedded snapshot needs new seeds: ``llmanac snapshot seeds`` builds them. Beside them is the history of the figures
that they and the embedded feeds state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import orjson

from llmanac.domain.feed import FIGURES, FeedRef
from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.content.document import unpack
from llmanac.ingest.content.patch import THOROUGH, apply_patch, make_patch
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.figure_history import NO_HISTORY
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.packaged.snapshot import MANIFEST, decode_entry, embedded_feeds, encode_manifest, without_prose

ORIGIN = "seed"
FOLDER = resources.files("llmanac.ingest.packaged").joinpath("seed")
FIGURES_FILE = f"{FIGURES}.json.gz"


@dataclass(frozen=True, slots=True)
class Seed:
    """An older feed, and the facts that it lacks."""

    feed: Feed
    lacks: tuple[str, ...] = ()
    """Facts that it lacks though today's feeds of its source have them: names of ``history.facts.NAMES``."""


@dataclass(frozen=True, slots=True)
class PackagedDay:
    """The newest feeds on a day."""

    day: date
    seeds: Mapping[str, Seed]
    """The newest feed of each source, by the source's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedEntry:
    """The entry of a seed in the manifest."""

    ref: FeedRef
    file: str
    source: str
    """The address at which it was published."""
    licence: str
    records: int
    base: str
    """The SHA-256 of the embedded content that the patch applies to."""
    lacks: tuple[str, ...]


def packaged_days() -> tuple[PackagedDay, ...]:
    """The packaged history, up to the embedded snapshot. Raises InvalidSource where it differs from the manifests."""
    embedded = embedded_feeds()
    days = days_of([*open_seeds(FOLDER, embedded), *map(Seed, embedded)])
    # The history of figures is asked for what was known on a day, so that one serves all of them.
    figures = Seed(packaged_figures())
    return tuple(PackagedDay(it.day, {**it.seeds, FIGURES: figures}) for it in days)


def packaged_figures(folder: Traversable = FOLDER) -> Feed:
    """The history of the figures in the seeds and the embedded feeds. Raises InvalidSource where it is damaged."""
    stated = _read_json(folder)
    try:
        ref = FeedRef(origin=ORIGIN, **stated[FIGURES])
        data = folder.joinpath(FIGURES_FILE).read_bytes()
        sha256, size = fingerprint(data)
    except (OSError, KeyError, TypeError, InvalidSource) as error:
        raise InvalidSource(f"the seeds' {FIGURES_FILE} is missing or damaged; install the package anew.") from error
    if sha256 != ref.sha256:
        raise InvalidSource(f"the seeds' {FIGURES_FILE} is not what its manifest says; install the package anew.")
    return Feed(ref=ref, data=data, size=size)


def open_seeds(folder: Traversable, embedded: Iterable[Feed]) -> tuple[Seed, ...]:
    """The seeds in a folder, oldest first. Raises InvalidSource where one is missing, damaged, or for another base."""
    bases = {feed.name: unpack(feed.data) for feed in embedded}
    return tuple(_open_seed(folder, entry, bases[entry.ref.name]) for entry in read_manifest(folder))


def read_manifest(folder: Traversable) -> tuple[SeedEntry, ...]:
    """The manifest of the seeds in a folder. Raises InvalidSource where it is missing or damaged."""
    stated = _read_json(folder)
    try:
        return tuple(_entry_of(entry) for entry in stated["seeds"])
    except (KeyError, TypeError) as error:
        raise _damaged_manifest() from error


def build_seeds(seeds: Iterable[Seed], embedded: Iterable[Feed]) -> dict[str, bytes]:
    """The files of these seeds, by name. Raises InvalidSource for a feed that cannot be read."""
    newest = tuple(embedded)
    bases = {feed.name: unpack(feed.data) for feed in newest}
    files: dict[str, bytes] = {}
    entries: list[SeedEntry] = []
    layers = [(feed.ref, feed.decode()) for feed in newest]
    for seed in sorted(seeds, key=lambda seed: (seed.feed.ref.day, seed.feed.name)):
        feed = seed.feed
        text, base = without_prose(unpack(feed.data)), bases[feed.name]
        lean = Feed.of(text, name=feed.name, origin=ORIGIN, date=feed.ref.date)
        layer = lean.decode()
        layers.append((lean.ref, layer))
        entry = SeedEntry(
            ref=lean.ref,
            file=f"{feed.name.replace('/', '-')}-{feed.ref.date}.zst",
            source=SOURCES[feed.name].home,
            licence=SOURCES[feed.name].licence,
            records=layer.size,
            base=hashlib.sha256(base).hexdigest(),
            lacks=tuple(sorted(seed.lacks)),
        )
        files[entry.file] = make_patch(text, base=base, level=THOROUGH)
        entries.append(entry)
    figures = NO_HISTORY.with_feeds(sorted(layers, key=lambda it: it[0].day)).feed(origin=ORIGIN)
    files[FIGURES_FILE] = figures.data
    files[MANIFEST] = encode_manifest({"seeds": entries}, **{FIGURES: figures.ref})
    return files


def days_of(seeds: Iterable[Seed]) -> tuple[PackagedDay, ...]:
    """The newest feed of every source on each day of which there is a feed, without days that change nothing.

    Before the first feed of a source, that first feed is used, as the nearest there is.
    """
    known = sorted(seeds, key=lambda seed: seed.feed.ref.day)
    days: list[PackagedDay] = []
    for day in dict.fromkeys(seed.feed.ref.day for seed in known):
        newest = {seed.feed.name: seed for seed in reversed(known)}
        newest.update({seed.feed.name: seed for seed in known if seed.feed.ref.day <= day})
        if not days or newest != days[-1].seeds:
            days.append(PackagedDay(day, newest))
    return tuple(days)


def _read_json(folder: Traversable) -> dict[str, Any]:
    """The manifest as JSON. Raises InvalidSource where it is missing or damaged."""
    try:
        stated = orjson.loads(folder.joinpath(MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise _damaged_manifest() from error
    if not isinstance(stated, dict):
        raise _damaged_manifest()
    return stated


def _damaged_manifest() -> InvalidSource:
    return InvalidSource(f"the seeds' {MANIFEST} is missing or damaged; install the package anew.")


def _entry_of(stated: Mapping[str, Any]) -> SeedEntry:
    return SeedEntry(**{**decode_entry(stated, origin=ORIGIN), "lacks": tuple(stated["lacks"])})


def _open_seed(folder: Traversable, entry: SeedEntry, base: bytes) -> Seed:
    try:
        text = apply_patch(folder.joinpath(entry.file).read_bytes(), base=base)
    except (OSError, ValueError) as error:
        raise InvalidSource(f"the seed {entry.file} is missing or damaged; install the package anew.") from error
    if hashlib.sha256(text).hexdigest() != entry.ref.sha256:
        raise InvalidSource(f"the seed {entry.file} is not what its manifest says; install the package anew.")
    return Seed(Feed(ref=entry.ref, data=text, size=len(text)), entry.lacks)
