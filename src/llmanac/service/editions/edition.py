"""An edition: one reading of the catalog, made ready to answer. Frozen, and replaced only as a whole.

It lies in named buffers, like the Index in it, so that one process can write it to a file and any number can
map it: what the catalog's endpoint reads is in the mapped pages, and the records of the catalog are loaded
when something first asks for them.
"""

from __future__ import annotations

import mmap
import pickle
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from itertools import pairwise

import orjson

from llmanac.dialects import inference
from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Source
from llmanac.history.timeline import Content
from llmanac.ingest.conflicts.find import Conflict, find_conflicts
from llmanac.ingest.pipeline import Build, without_collection
from llmanac.search.facets import Facets
from llmanac.search.index.buffers import Buffer, Numbers, flat, joined, part_of
from llmanac.search.index.index import Index
from llmanac.search.query import IdSpelling
from llmanac.service.offers.estimate import Estimator
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.successors import Successors
from llmanac.service.offers.validation import Validator

STRETCH = 4 << 20
"""Bytes of mapped pages that are given back at a time, in about a millisecond."""


class EncodedEntries:
    """Encoded entries, one after another in one buffer; entry n is between ``offsets`` n and n + 1.

    One buffer rather than many bytes objects: orjson's results each pin several kilobytes while they are kept.
    """

    __slots__ = ("_buffer", "_offsets")

    def __init__(self, buffer: Buffer, offsets: Numbers) -> None:
        self._buffer = buffer
        self._offsets = offsets

    @classmethod
    def of(cls, encoded: Iterable[bytes]) -> EncodedEntries:
        """These entries, in their order."""
        buffer, offsets = bytearray(), array("Q", (0,))
        for entry in encoded:
            buffer += entry
            offsets.append(len(buffer))
        return cls(buffer, offsets)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> EncodedEntries:
        """The same entries from their buffers."""
        return cls(buffers["buffer"], buffers["offsets"].cast("Q"))

    def pack(self) -> Mapping[str, Buffer]:
        """The entries as buffers."""
        return {"buffer": self._buffer, "offsets": flat(self._offsets)}

    def __iter__(self) -> Iterator[bytes]:
        """All entries, in their order."""
        return (bytes(self._buffer[start:end]) for start, end in pairwise(self._offsets))

    def join(self, numbers: Iterable[int]) -> bytes:
        """The entries of these document numbers, with commas between them."""
        buffer, offsets = self._buffer, self._offsets
        return b",".join([buffer[offsets[number] : offsets[number + 1]] for number in numbers])


class Edition:
    """A catalog with its Index, and its entries as JSON in both spellings of ids."""

    def __init__(
        self,
        *,
        digest: str,
        sources: tuple[Source, ...],
        index: Index,
        entries: Mapping[IdSpelling, EncodedEntries],
        packed_build: Buffer,
    ) -> None:
        self.digest = digest
        self.sources = sources
        self.index = index
        self.entries = entries
        self._packed_build = packed_build

    @classmethod
    def of(cls, build: Build) -> Edition:
        """Everything that an answer needs; the costly step of a start or a refresh."""
        with without_collection():
            return cls._of(build)

    @classmethod
    def _of(cls, build: Build) -> Edition:
        catalog = build.catalog
        entries = EncodedEntries.of(map(inference.encode, catalog.offers))
        return cls(
            digest=catalog.digest,
            sources=catalog.sources,
            index=Index(catalog),
            entries={
                IdSpelling.MODELS_DEV: entries,
                IdSpelling.LITELLM: EncodedEntries.of(map(inference.respell, catalog.offers, entries)),
            },
            packed_build=pickle.dumps(build, protocol=pickle.HIGHEST_PROTOCOL),
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Edition:
        """The same edition from its buffers, wherever they are mapped."""
        facts = orjson.loads(buffers["facts"])
        return cls(
            digest=facts["digest"],
            sources=tuple(Source(**source) for source in facts["sources"]),
            index=Index.unpack(part_of(buffers, "index")),
            entries={
                spelling: EncodedEntries.unpack(part_of(buffers, f"entries-{spelling}")) for spelling in IdSpelling
            },
            packed_build=buffers["build"],
        )

    def pack(self) -> Mapping[str, Buffer]:
        """The edition as named buffers."""
        facts = {"digest": self.digest, "sources": [asdict(source) for source in self.sources]}
        entries = {f"entries-{spelling}": entries for spelling, entries in self.entries.items()}
        return {
            "facts": orjson.dumps(facts),
            **joined({"index": self.index, **entries}),
            "build": self._packed_build,
        }

    @property
    def id(self) -> str:
        """Names the content, in 16 hexadecimal digits."""
        return self.digest[:16]

    @property
    def size(self) -> int:
        """How many offers there are."""
        return len(self.index)

    @property
    def packed_build(self) -> bytes:
        """The build, as another process of this program can load it."""
        return bytes(self._packed_build)

    @cached_property
    def build(self) -> Build:
        """The catalog with all that it was made from; loaded when it is first asked for."""
        build: Build = pickle.loads(self._packed_build)  # noqa: S301 -- this program wrote it into its own directory
        return build

    @property
    def catalog(self) -> CatalogData:
        """The records of the catalog; loaded when they are first asked for."""
        return self.build.catalog

    @property
    def content(self) -> Content:
        """What its feeds are."""
        return frozenset((source.name, source.sha256) for source in self.sources)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where its sources disagree; found when it is first asked for."""
        return find_conflicts(self.catalog, self.build.rows)

    @cached_property
    def resolver(self) -> Resolver:
        """Finds offers by any spelling of their ids; built when it is first asked for."""
        return Resolver(self.catalog, self.index)

    @cached_property
    def facets(self) -> Facets:
        """Counts what questions could be narrowed to; built when it is first asked for."""
        return Facets(self.catalog, self.index)

    @cached_property
    def successors(self) -> Successors:
        """Tells what to take in place of what goes; built when it is first asked for."""
        ending = {id_ for id_, row in self.build.rows.items() if row.deprecation_date}
        return Successors(self.catalog, ending=ending)

    @cached_property
    def validator(self) -> Validator:
        """Judges ids; built when it is first asked for."""
        return Validator(self.catalog, rows=self.build.rows, resolver=self.resolver, successors=self.successors)

    @cached_property
    def estimator(self) -> Estimator:
        """Ranks what workloads cost; built when it is first asked for."""
        return Estimator(self.build, resolver=self.resolver, facets=self.facets)

    def release_pages(self) -> Iterator[None]:
        """Give back the memory that the mapped file takes, one stretch with each step.

        What is asked for afterwards is read from the file again. An edition that is not mapped has none to give.
        """
        mapped = self._packed_build.obj if isinstance(self._packed_build, memoryview) else None
        if not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):  # Windows has none
            return
        for start in range(0, len(mapped), STRETCH):
            mapped.madvise(mmap.MADV_DONTNEED, start, min(STRETCH, len(mapped) - start))
            yield

    def load(self) -> None:
        """Make now what would be made when it is first asked for; the better part of a second's work."""
        _ = self.resolver, self.facets, self.conflicts
