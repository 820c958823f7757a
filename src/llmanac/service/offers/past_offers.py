"""Past offers: every id that a packaged feed lists, with the day when it last did, and its last day at the host.

They are asked before an id is called unknown. The table is a file of the package, built from the packaged feeds by
``llmanac snapshot past``; it is read when an id is first not found, which takes about 5 ms.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from zlib import crc32

import msgspec

from llmanac.domain.dates import day_of
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle
from llmanac.domain.naming import fold, normal_form
from llmanac.domain.records import Capability, Modalities, ModelKind, Offer
from llmanac.ingest.content.patch import THOROUGH, apply_patch, make_patch
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.merge.build import Build

FILE = "past_offers.zst"
NO_MEDIA = Modalities()

LIFECYCLE_DATES = tuple(field.name for field in fields(Lifecycle))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFacts:
    """The facts about an offer when it was last listed that say what it could do."""

    kind: ModelKind
    modalities: Modalities = NO_MEDIA
    capabilities: tuple[Capability, ...] = ()
    context: int | None = None
    """Tokens."""
    release_date: str | None = None
    open_weights: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOffer:
    """An offer as it was last listed."""

    provider: str
    model: str
    listed_by: str
    """The source that listed it."""
    last_listed: str
    """The date of the source's last feed with it, ``YYYY-MM-DD`` or ``YYYY-MM``."""
    lifecycle: Lifecycle = NO_LIFECYCLE
    """Its dates, by the last feeds that state them."""
    row: str | None = None
    """The id of LiteLLM's row for it."""
    first_party: bool = False
    input: Decimal | None = None
    """The price of input at that time, in USD per million tokens."""
    output: Decimal | None = None
    facts: PastFacts | None = None
    """The facts about it at that time; None where they are unknown."""

    @property
    def id(self) -> str:
        """The offer's id, in the models.dev spelling."""
        return f"{self.provider}/{self.model}"

    @property
    def sentence(self) -> str:
        """When it was last listed, its last day, and its price then; for people."""
        text = f"{self.id} is not listed any more; {SOURCES[self.listed_by].label} last listed it on {self.last_listed}"
        if (end := self.lifecycle.stated) is not None:
            text += f", and its last day by {SOURCES[end.source].label} was {end.date}"
        if self.input is not None and self.output is not None:
            text += f". It cost {self.input:f} for input and {self.output:f} for output, USD per million tokens"
        return f"{text}."


@dataclass(frozen=True, slots=True)
class PackedPastOffers:
    """The content of the file: records one after another, and the number of the one of each key."""

    digests: bytes
    """The digests of the keys in ascending order, of 32 bits."""
    numbers: bytes
    offsets: bytes
    """Where each record begins, and the last one ends."""
    records: bytes
    facts: bytes = b""
    """The facts, each once, one after another; many offers share them."""
    fact_offsets: bytes = bytes(4)
    """Where each begins, and the last one ends."""
    fact_numbers: bytes = b""
    """The number of the facts of each record."""


class PastTable:
    """Records by the digests of their keys; digests may collide, so a record that is found may be another's."""

    __slots__ = (
        "_decode",
        "_decode_facts",
        "_digests",
        "_fact_numbers",
        "_fact_offsets",
        "_facts",
        "_numbers",
        "_offsets",
        "_records",
    )

    def __init__(self, packed: PackedPastOffers) -> None:
        self._digests = memoryview(packed.digests).cast("I")
        self._numbers = memoryview(packed.numbers).cast("I")
        self._offsets = memoryview(packed.offsets).cast("I")
        self._records = memoryview(packed.records)
        self._facts = memoryview(packed.facts)
        self._fact_offsets = memoryview(packed.fact_offsets).cast("I")
        self._fact_numbers = memoryview(packed.fact_numbers).cast("I")
        self._decode = msgspec.msgpack.Decoder(PastOffer).decode
        self._decode_facts = msgspec.msgpack.Decoder(PastFacts).decode

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[PastOffer]:
        """Every record, in the order of the ids."""
        return map(self._record, range(len(self)))

    def at(self, key: str) -> Iterator[PastOffer]:
        """The records of a key, and perhaps others."""
        digest = crc32(key.encode())
        first = bisect_left(self._digests, digest)
        return map(self._record, self._numbers[first : bisect_right(self._digests, digest, lo=first)])

    def _record(self, number: int) -> PastOffer:
        offer = self._decode(self._records[self._offsets[number] : self._offsets[number + 1]])
        its = self._fact_numbers[number]
        facts = self._decode_facts(self._facts[self._fact_offsets[its] : self._fact_offsets[its + 1]])
        return replace(offer, facts=facts)


class PastOffers:
    """The offers that packaged feeds list, by their ids. Frozen."""

    __slots__ = ("_days", "_open")

    def __init__(
        self, open_table: Callable[[], PastTable] | None = None, *, days: Mapping[str, date] | None = None
    ) -> None:
        """``open_table`` is called when an id is looked up; by default, for the package's own.

        ``days`` are those of a catalog's feeds, by source: what is newer than its source's is no past of it.
        """
        self._open = open_table or packaged_past
        self._days = days or {}

    def find(self, providers: Collection[str], model: str) -> PastOffer | None:
        """The past offer of a host's own id at one of these hosts, in other separators if need be."""
        found = [it for provider in sorted(providers) for it in self._at(_key(provider, model), provider)]
        return min(found, key=lambda it: fold(it.model) != fold(model), default=None)

    def find_own(self, model: str) -> PastOffer | None:
        """The past offer of a name without a host: LiteLLM's row of that id, else the lab's own."""
        found = list(self._at(_key("", model), None))
        return min(found, key=lambda it: (it.row != model, fold(it.model) != fold(model)), default=None)

    def _at(self, key: str, provider: str | None) -> Iterator[PastOffer]:
        for it in self._open().at(key):
            if key in _keys_of(it) and (provider is None or it.provider == provider) and self._is_past(it):
                yield it

    def _is_past(self, offer: PastOffer) -> bool:
        day = self._days.get(offer.listed_by)
        return day is None or day_of(offer.last_listed) <= day


NO_PAST = PastOffers(lambda: PastTable(PackedPastOffers(b"", b"", bytes(4), b"")))
"""A past without offers."""


@lru_cache(maxsize=1)
def packaged_past() -> PastTable:
    """The table in the package, read once."""
    content = resources.files("llmanac.ingest.packaged").joinpath(FILE).read_bytes()
    return PastTable(msgspec.msgpack.Decoder(PackedPastOffers).decode(apply_patch(content, base=b"")))


def build_past_offers(builds: Iterable[Build]) -> bytes:
    """The file of the offers in these builds, which are given from the oldest to the newest."""
    known: dict[str, PastOffer] = {}
    for build in builds:
        rows = build.rows.keys() | {it.id for it in build.litellm}
        for it in _offers_of(build):
            earlier = known.get(it.id)
            known[it.id] = it if earlier is None else _merged(earlier, it, has_row=it.id in rows)
    ordered = sorted(known.values(), key=lambda it: it.id)
    records, offsets = _joined(map(_stated, ordered))
    distinct = {it.facts: None for it in ordered}
    numbers = {facts: number for number, facts in enumerate(distinct)}
    facts, fact_offsets = _joined(distinct)
    keys = sorted((crc32(key.encode()), number) for number, it in enumerate(ordered) for key in _keys_of(it))
    packed = PackedPastOffers(
        digests=array("I", [digest for digest, _ in keys]).tobytes(),
        numbers=array("I", [number for _, number in keys]).tobytes(),
        offsets=offsets,
        records=records,
        facts=facts,
        fact_offsets=fact_offsets,
        fact_numbers=array("I", [numbers[it.facts] for it in ordered]).tobytes(),
    )
    return make_patch(msgspec.msgpack.encode(packed), base=b"", level=THOROUGH)


def _joined(records: Iterable[object]) -> tuple[bytes, bytes]:
    """Encoded records, one after another, and where each begins and the last one ends."""
    joined, offsets = bytearray(), array("I", (0,))
    for it in records:
        joined += msgspec.msgpack.encode(it)
        offsets.append(len(joined))
    return bytes(joined), offsets.tobytes()


def _offers_of(build: Build) -> Iterator[PastOffer]:
    """Every offer of a build, as it would be last listed."""
    dates = {source.ref.name: source.ref.date for source in build.catalog.sources}
    rows = {**build.rows, **{it.id: it.row for it in build.litellm}}
    for offer in (*build.catalog.offers, *build.catalog.litellm_offers):
        row = rows.get(offer.id)
        yield PastOffer(
            provider=offer.provider,
            model=offer.model,
            listed_by=offer.listed_by,
            last_listed=dates[offer.listed_by],
            lifecycle=_stated_on(offer.lifecycle, dates),
            row=row.id if row and _is_rows_own(offer) else None,
            first_party=offer.first_party,
            input=offer.price.rates.input,
            output=offer.price.rates.output,
            facts=PastFacts(
                kind=offer.kind,
                modalities=offer.modalities,
                capabilities=offer.capabilities,
                context=offer.limits.context,
                release_date=offer.release_date,
                open_weights=offer.open_weights,
            ),
        )


def _is_rows_own(offer: Offer) -> bool:
    """Returns True if LiteLLM's row for an offer stands for no other."""
    return offer.litellm is not None and offer.litellm.primary


def _merged(earlier: PastOffer, later: PastOffer, *, has_row: bool) -> PastOffer:
    """The later record, with the dates of a row that LiteLLM has dropped since; of one that it has, they are gone."""
    lifecycle = later.lifecycle if has_row or later.lifecycle.stated else earlier.lifecycle
    return replace(later, lifecycle=lifecycle, row=later.row or earlier.row)


def _stated_on(lifecycle: Lifecycle, dates: Mapping[str, str]) -> Lifecycle:
    """A lifecycle with the date of the feed that states each of its dates."""
    if lifecycle is NO_LIFECYCLE:
        return lifecycle
    stated = {name: getattr(lifecycle, name) for name in LIFECYCLE_DATES}
    return Lifecycle(
        **{name: it and replace(it, last_stated=it.last_stated or dates[it.source]) for name, it in stated.items()}
    )


def _stated(offer: PastOffer) -> dict[str, object]:
    """The fields of a record that differ from their defaults, but the facts, which stand apart."""
    values = {field.name: getattr(offer, field.name) for field in fields(PastOffer) if field.name != "facts"}
    return {name: value for name, value in values.items() if value not in (None, False, NO_LIFECYCLE)}


def _keys_of(offer: PastOffer) -> set[str]:
    """The keys by which a past offer is found: by its host, and without one."""
    keys = {_key(offer.provider, offer.model)}
    if offer.first_party:
        keys.add(_key("", offer.model))
    if offer.row:
        head, slash, rest = offer.row.partition("/")
        keys.add(_key(offer.provider, rest) if slash else _key("", head))
    return keys


def _key(provider: str, model: str) -> str:
    """The key of all ids at a host that differ only in separators."""
    return f"{fold(provider)} {normal_form(model)}"
