"""An edition: a build of the catalog, indexed and encoded for serving. Frozen, and replaced only as a whole.

It consists of named buffers, which one process writes to a file and any number of processes map: the catalog endpoint
serves the mapped bytes as they are, and a record is decoded when it is needed. Reading them cannot run code.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import FeedRef
from llmanac.domain.lifecycle import Lifecycle
from llmanac.domain.naming import fold
from llmanac.domain.overlaid import NOTHING_OVERLAID, BeforeOverlays, OfferOverlay, Overlaid, RuleOutcome
from llmanac.domain.records import Model, Offer, Provider, Source
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.layer import Layer, LiteLLMListing, ModelClaims, SourceClaims
from llmanac.ingest.merge.build import Build, SourceReport, without_collection
from llmanac.search.index.buffers import Buffer, Keys, Strings, part_of
from llmanac.search.index.index import Index
from llmanac.search.query.query import IdSpelling
from llmanac.service.editions.litellm_listings import LiteLLMListingRecords
from llmanac.service.editions.tables import Blobs, KeyedRecords, RecordNames, Records, decoder_of, entries_of, raw_of
from llmanac.service.offers.providers import ProviderList

if TYPE_CHECKING:  # they take as long to import as a kept edition takes to open, and a search needs none of them
    from llmanac.dialects.dialect import Dialect
    from llmanac.history.timeline import Content
    from llmanac.ingest.merge.conflicts.conflict import Conflict
    from llmanac.rules.selector import SelectableOffers
    from llmanac.rules.visibility import PolicyReading
    from llmanac.service.editions.services import EditionServices

STRETCH = 4 << 20
"""Bytes of mapped pages that are released at a time, which takes about a millisecond."""

CACHED_OFFERS = 512
"""Decoded offers that are kept, in about 1.5 MiB: one question about a model that many hosts have reads dozens."""


class Edition:
    """A catalog with its search index and the entries of each dialect, encoded, in named buffers."""

    def __init__(self, buffers: Mapping[str, memoryview]) -> None:
        """Open the edition in these buffers. Raises DamagedFile, as any later use of a damaged file does."""
        self._buffers = buffers
        facts = orjson.loads(buffers["facts"])
        self.digest: str = facts["digest"]
        self.sources = tuple(Source(**{**it, "ref": FeedRef(**it["ref"])}) for it in facts["sources"])
        self.feed_refs = tuple(FeedRef(**it) for it in facts["feeds"])
        """Everything that it was built from: the feeds of its sources, and the history of figures."""
        self.featured: tuple[str, ...] = tuple(facts["featured"])
        """The ids of the featured offers, in order."""
        self.index = Index.unpack(part_of(buffers, "index"))
        self.entries = {
            (name, spelling): Blobs.unpack(self._part(entries_of(name, spelling)))
            for name in facts["dialects"]
            for spelling in IdSpelling
        }
        """The encoded entries, by the name of a dialect and the spelling of ids."""

    @classmethod
    def of(
        cls,
        build: Build,
        *,
        dialects: Sequence[Dialect] | None = None,
        overlaid: Overlaid = NOTHING_OVERLAID,
        upstream_conflicts: Sequence[Conflict] = (),
        base: Edition | None = None,
        sources: Mapping[str, SourceFormat] = SOURCES,
    ) -> Edition:
        """Index and encode a build, for these dialects or for all; the costly step of a start or a refresh.

        ``overlaid`` is what overlays have changed of the build's catalog, if they have, and ``upstream_conflicts`` are
        those without them. What overlays change nothing of is taken from ``base``, an edition of the same feeds.
        """
        from llmanac.service.editions.packing import pack_edition  # noqa: PLC0415 -- brings in all that builds editions

        with without_collection():
            buffers = pack_edition(
                build,
                dialects,
                overlaid=overlaid,
                upstream_conflicts=upstream_conflicts,
                base=base.pack() if base else None,
                sources=sources,
            )
            return cls({name: memoryview(buffer).toreadonly() for name, buffer in buffers.items()})

    def pack(self) -> Mapping[str, memoryview]:
        """The edition as named buffers."""
        return self._buffers

    @property
    def id(self) -> str:
        """The id of the content, in 16 hexadecimal digits."""
        return self.digest[:16]

    @property
    def size(self) -> int:
        """The number of offers."""
        return len(self.index)

    @property
    def is_whole(self) -> bool:
        """Whether no policy hides anything of it."""
        return True

    @property
    def shown(self) -> int:
        """The number of offers that can be found."""
        return self.size

    @property
    def policies(self) -> tuple[PolicyReading, ...]:
        """The policies that hide something of it, as they read on it."""
        return ()

    @property
    def content(self) -> Content:
        """The names and SHA-256 of its feeds."""
        return frozenset((ref.name, ref.sha256) for ref in self.feed_refs)

    @cached_property
    def feeds_id(self) -> str:
        """The id of the content and of its feeds with all that they say, which may be more than the catalog reads."""
        return f"{self.id}-{zlib.crc32(repr(sorted(self.content)).encode()):08x}"

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """The offers by document number."""
        return Records(self._part("offers"), decoder_of(Offer), cached=CACHED_OFFERS)

    def read_offers(self, decoded: dict[bytes, Offer]) -> Iterator[Offer]:
        """The offers by document number; those whose encoding is in ``decoded`` are taken from there, others added."""
        return Records(self._part("offers"), decoder_of(Offer)).read(decoded)

    @cached_property
    def catalog(self) -> CatalogData:
        """The records of the catalog."""
        return CatalogData(
            offers=self.offers,
            providers=KeyedRecords.unpack(self._part("providers"), decoder_of(Provider)),
            models=self._models,
            featured=self.featured,
            sources=self.sources,
            digest=self.digest,
            litellm_offers=self.litellm_offers,
            litellm_providers=decoder_of(dict[str, Provider])(self._buffers["litellm providers"]),
            litellm_aliases=decoder_of(dict[str, str])(self._buffers["litellm aliases"]),
            stray_ids=decoder_of(tuple[str, ...])(self._buffers["stray ids"]),
        )

    @cached_property
    def litellm_offers(self) -> Sequence[Offer]:
        """Offers that only LiteLLM lists; their document numbers follow those of ``offers``."""
        from llmanac.ingest.merge.litellm_offers import OverlaidOffers  # noqa: PLC0415 -- a search does without it

        overlaid = decoder_of(dict[int, Offer])(self._buffers["overlaid litellm offers"])
        offers = self.upstream_litellm_offers
        return OverlaidOffers(offers, overlaid) if overlaid else offers

    @cached_property
    def overlaid(self) -> Mapping[str, OfferOverlay]:
        """Statements of overlays, by offer id; only of those of which they state something."""
        return KeyedRecords.unpack(self._part("overlaid"), decoder_of(OfferOverlay))

    @cached_property
    def upstream(self) -> BeforeOverlays:
        """The parts of the catalog as they were before overlays changed it."""
        return decoder_of(BeforeOverlays)(self._buffers["upstream"])

    @property
    def upstream_litellm_offers(self) -> Sequence[Offer]:
        """The offers that only LiteLLM lists, as it states them."""
        from llmanac.ingest.merge.litellm_offers import LiteLLMOffers  # noqa: PLC0415 -- a search does without it

        return LiteLLMOffers(self._litellm_listings, self._models)

    @property
    def upstream_conflicts(self) -> Sequence[Conflict]:
        """The conflicts of the sources alone, in the order of the catalog without overlays."""
        from llmanac.ingest.merge.conflicts.conflict import Conflict  # noqa: PLC0415 -- a search reads no conflicts

        own = tuple(Records(self._part("upstream conflicts"), decoder_of(Conflict)))
        return own if self.upstream.digest else self._conflicts

    @cached_property
    def overlay_rules(self) -> tuple[RuleOutcome, ...]:
        """The outcome of each rule in force, from the lowest to the highest."""
        return tuple(Records(self._part("overlay rules"), decoder_of(RuleOutcome)))

    @cached_property
    def _litellm_listings(self) -> Sequence[LiteLLMListing]:
        lifecycles = KeyedRecords.unpack(self._part("litellm lifecycles"), decoder_of(Lifecycle))
        return LiteLLMListingRecords(self._offer_names.texts, self._claims, first=self.size, lifecycles=lifecycles)

    @cached_property
    def _models(self) -> Mapping[str, Model]:
        return KeyedRecords.unpack(self._part("models"), decoder_of(Model))

    @cached_property
    def claims(self) -> Mapping[str, tuple[SourceClaims, ...]]:
        """The claims of an offer in the order of the sources, by offer id."""
        return KeyedRecords(self._offer_names, self._claims)

    @cached_property
    def _claims(self) -> Sequence[tuple[SourceClaims, ...]]:
        return Records(self._part("claims"), decoder_of(tuple[SourceClaims, ...]))

    @cached_property
    def rows(self) -> Mapping[str, ModelClaims]:
        """LiteLLM's own row for an offer, by offer id."""
        return KeyedRecords.unpack(self._part("rows"), decoder_of(ModelClaims))

    @cached_property
    def build(self) -> Build:
        """The build that the edition was made from."""
        return Build(
            catalog=self.catalog,
            reports=tuple(Records(self._part("reports"), decoder_of(SourceReport))),
            claims=self.claims,
            conflicts=self._conflicts,
            rows=self.rows,
            litellm=self._litellm_listings,
            feeds=self.feeds,
        )

    @property
    def hostless_layers(self) -> Mapping[str, Layer]:
        """The layers of sources that claim nothing of hosts, by source."""
        return KeyedRecords.unpack(self._part("hostless layers"), decoder_of(Layer))

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds that it was built from, by source."""
        return KeyedRecords.unpack(self._part("feeds"), decoder_of(Feed))

    @cached_property
    def provider_list(self) -> ProviderList:
        """Every provider, by id, with what the catalog has of it."""
        return decoder_of(ProviderList)(self._buffers["provider list"])

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts between sources, in the order of the catalog: at most a few for each row of LiteLLM."""
        return tuple(self._conflicts)

    def conflicts_of(self, offer: str) -> tuple[Conflict, ...]:
        """The conflicts about one offer, by its id."""
        found = (self._conflicts[number] for number in self._conflicts_by_offer[offer])
        return tuple(conflict for conflict in found if conflict.offer == offer)

    @property
    def ids(self) -> Sequence[str]:
        """The ids of all offers by document number, those that only LiteLLM lists last."""
        return self._offer_names.texts

    def number_of(self, offer: str) -> int | None:
        """The document number of the offer with exactly this id; None where there is none."""
        return self._offer_names.number(offer)

    @cached_property
    def selectable(self) -> Sequence[SelectableOffers]:
        """The offers as rules choose from them; takes a moment at its first use."""
        from llmanac.rules.selector import SelectableOffers  # noqa: PLC0415 -- few installations have policies
        from llmanac.search.index.filter_index import FilterIndex, FilterPostings  # noqa: PLC0415 -- likewise

        unlisted = replace(self.catalog, offers=tuple(self.litellm_offers))
        return (
            SelectableOffers(self.read_offers({}), self.index.document_filters),
            SelectableOffers(unlisted.offers, FilterIndex.of(FilterPostings.of(unlisted)), first=self.size),
        )

    def denial(self, number: int) -> str | None:  # noqa: ARG002 -- everything is visible
        """Why the offer with this number is hidden, in a sentence; None where it is visible."""
        return None

    def hides(self, offer: str) -> bool:  # noqa: ARG002 -- everything is visible
        """Whether the offer with this id is listed, and not shown."""
        return False

    def shows(self, offer: str) -> bool:  # noqa: ARG002 -- everything is visible
        """Whether the offer with this id is shown; of one that is not listed, whether it would be by its id alone."""
        return True

    def raw_record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's unchanged record, by the id of ``ingest.guard.raw_records``; None where there is none."""
        records = self._raw_records.get(source)
        return records.get(id) if records else None

    def raw_records(self, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """A source's unchanged records with their ids, whether shown or not; for a source in a flat layout."""
        return ((id_, record) for id_, record in self._raw_records.get(source, {}).items() if record is not None)

    @cached_property
    def services(self) -> EditionServices:
        """The services that answer from its tables."""
        from llmanac.service.editions.services import EditionServices  # noqa: PLC0415 -- a search does without them

        return EditionServices(self._buffers, catalog=self.catalog, claims=self.claims, index=self.index)

    def release_pages(self) -> Iterator[None]:
        """Release the memory of the mapped file, one stretch with each step.

        Pages that are used afterwards are read from the file again. Without a mapped file, there are no steps.
        """
        mapped = self._buffers["facts"].obj
        if not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):  # Windows has none
            return
        for start in range(0, len(mapped), STRETCH):
            mapped.madvise(mmap.MADV_DONTNEED, start, min(STRETCH, len(mapped) - start))
            yield

    @cached_property
    def _conflicts(self) -> Sequence[Conflict]:
        from llmanac.ingest.merge.conflicts.conflict import Conflict  # noqa: PLC0415 -- a search reads no conflicts

        return Records(self._part("conflicts"), decoder_of(Conflict))

    @cached_property
    def _conflicts_by_offer(self) -> Keys:
        return Keys.unpack(self._part("conflicts by offer"))

    @cached_property
    def _offer_names(self) -> RecordNames:
        by_id = Keys.unpack(part_of(self._part("offer ids"), "by_id"))
        return RecordNames(Strings.unpack(self._part("offer names")), by_id, key=fold)

    @cached_property
    def _raw_records(self) -> Mapping[str, Mapping[str, dict[str, Any] | None]]:
        """By source, and then by the ids of ``ingest.guard.raw_records``; None for an offer without one."""
        return {source: self._raw_records_of(source) for source in orjson.loads(self._buffers["raw sources"])}

    def _raw_records_of(self, source: str) -> Mapping[str, dict[str, Any] | None]:
        buffers = self._part(raw_of(source))
        if SOURCES[source].layout is EntryLayout.FLAT:
            return KeyedRecords.unpack(buffers, orjson.loads)
        return KeyedRecords(self._offer_names, Records(buffers, _loads_if_any))

    def _part(self, name: str) -> dict[str, memoryview]:
        return part_of(self._buffers, name)


def _loads_if_any(record: Buffer) -> dict[str, Any] | None:
    return orjson.loads(record) if record else None
