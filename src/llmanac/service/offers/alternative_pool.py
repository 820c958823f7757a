"""The conditions of what could take a model's place, and the offers of an index that fulfil them."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from pyroaring import BitMap

from llmanac.domain.naming import region_of
from llmanac.domain.records import Capability, ModelKind, Offer
from llmanac.search.facets import Facets
from llmanac.search.index.index import Index
from llmanac.search.query.filter_kinds import Condition, Interval, label_of
from llmanac.search.query.query import Query
from llmanac.service.offers.alternative_list import AlternativeConditions
from llmanac.service.offers.successors import LASTING, RETIRING_STATUSES

DISPENSABLE = frozenset(
    {Capability.ATTACHMENT, Capability.TEMPERATURE, Capability.INTERLEAVED, Capability.PROMPT_CACHING}
)
"""Capabilities that say how an API is used, and not what a model does: one that lacks them is an alternative still."""
OF_TALK = frozenset({Capability.TOOL_CALL, Capability.REASONING, Capability.STRUCTURED_OUTPUT})
"""Capabilities that are asked of chat models alone: hosts state them of others, too, which nobody calls for those."""
CONTEXT_KEPT = 0.95
"""The part of the context that an alternative has to have.

Hosts write a window of 1M as 1,000,000, 1,048,576 or 1,050,000, and one of 128k as 128,000 or 131,072.
"""
WITH_WINDOW = frozenset(
    {
        ModelKind.CHAT,
        ModelKind.COMPLETION,
        ModelKind.EMBEDDING,
        ModelKind.RERANK,
        ModelKind.MODERATION,
        ModelKind.SEARCH,
    }
)
"""Kinds whose context is a window of tokens; of others the sources state seconds, characters, or nothing."""
MOVING = "~"
"""A router's mark for what it points at the newest model of a line: it is no model, and takes nobody's place."""
MEDIA_OF: Mapping[ModelKind, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(taken), frozenset(given))
    for kind, taken, given in (
        (ModelKind.CHAT, {"text"}, {"text"}),
        (ModelKind.COMPLETION, {"text"}, {"text"}),
        (ModelKind.EMBEDDING, {"text"}, {"text"}),
        (ModelKind.RERANK, {"text"}, {"text"}),
        (ModelKind.IMAGE, {"text"}, {"image"}),
        (ModelKind.AUDIO, {"audio"}, {"audio"}),
        (ModelKind.SPEECH, {"text"}, {"audio"}),
        (ModelKind.TRANSCRIPTION, {"audio"}, {"text"}),
        (ModelKind.VIDEO, {"text"}, {"video"}),
        (ModelKind.MODERATION, {"text"}, {"text"}),
        (ModelKind.SEARCH, {"text"}, {"text"}),
        (ModelKind.OCR, {"image", "pdf"}, {"text"}),
    )
}
"""The media that a kind takes and gives at least; they count where no source states any."""


def conditions_for(offer: Offer, today: date) -> AlternativeConditions:
    """The conditions of what could take an offer's place from this day on."""
    context = offer.limits.context if offer.kind in WITH_WINDOW else None
    dispensable = DISPENSABLE if offer.kind is ModelKind.CHAT else DISPENSABLE | OF_TALK
    return AlternativeConditions(
        kind=offer.kind,
        input=offer.modalities.input,
        output=offer.modalities.output,
        capabilities=tuple([it for it in offer.capabilities if it not in dispensable]),
        min_context=int(context * CONTEXT_KEPT) if context else None,
        region=region_of(offer.model),
        regions=offer.own.regions if offer.own else (),
        lasts_beyond=today + LASTING,
    )


class AlternativePool:
    """The offers of one index, among which alternatives are looked for."""

    def __init__(
        self, index: Index, facets: Facets, *, ids: Sequence[str], numbers: Sequence[int] | None = None
    ) -> None:
        """``ids`` are those of all offers, by number.

        ``numbers`` are those of the index's documents in the whole catalog, where they are others.
        """
        self._index = index
        self._facets = facets
        self._ids = ids
        self._numbers = numbers

    def passing(self, query: Query, conditions: AlternativeConditions) -> dict[str, list[int]]:
        """The numbers of the offers that match a query and fulfil all conditions, by model, the best first."""
        filters = self._index.filters
        found = self._facets.found(query) & filters.labelled("kind", conditions.kind.value)
        for capability in conditions.capabilities:
            found &= filters.labelled("capabilities", capability.value)
        for name, of_kind in zip(("input", "output"), MEDIA_OF[conditions.kind], strict=True):
            for medium in getattr(conditions, name):
                having = self._facets.having(name, medium)
                found &= having | self._without_media if medium in of_kind else having
        if conditions.min_context is not None:
            found &= filters.passing(Condition("context", Interval(conditions.min_context), "context"))
        for status in RETIRING_STATUSES:
            found -= filters.labelled("status", status)
        ending = Interval(None, conditions.lasts_beyond.toordinal())
        found -= filters.passing(Condition("retires_before", ending, "retires_before"))
        return self._by_model(self._in_region(found, conditions))

    def at_host(self, provider: str) -> frozenset[int]:
        """The numbers of the offers at a host."""
        return frozenset(map(self._number, self._index.filters.labelled("provider", label_of(provider))))

    def _in_region(self, found: BitMap, conditions: AlternativeConditions) -> BitMap:
        """Those with the mark of the region or without any, which process data in no region but those allowed."""
        if conditions.region is None:
            found = found - BitMap.union(BitMap(), *self._marked.values())
        else:
            found = found & self._marked.get(conditions.region, BitMap())
        if not conditions.regions:
            return found
        filters, allowed = self._index.filters, {*map(label_of, conditions.regions)}
        labels = [*filters.labels("region")]
        inside = BitMap.union(BitMap(), *(filters.labelled("region", it) for it in labels if it in allowed))
        outside = BitMap.union(BitMap(), *(filters.labelled("region", it) for it in labels if it not in allowed))
        return found & inside - outside

    def _by_model(self, found: BitMap) -> dict[str, list[int]]:
        bases, base_of, numbers = self._bases, self._base_of, self._numbers
        grouped: defaultdict[int, list[int]] = defaultdict(list)
        for document in sorted(map(self._index.documents.places.__getitem__, found)):
            grouped[base_of[document]].append(document if numbers is None else numbers[document])
        return {bases[base]: those for base, those in grouped.items()}

    def _number(self, place: int) -> int:
        document = self._index.documents.places[place]
        return document if self._numbers is None else self._numbers[document]

    @cached_property
    def _bases(self) -> list[str]:
        return list(self._index.filters.labels("base"))

    @cached_property
    def _base_of(self) -> Sequence[int]:
        """The place in ``_bases`` of each document's model."""
        numbers, places = array("I", bytes(4 * len(self._index))), self._index.documents.places
        for number, base in enumerate(self._bases):
            for place in self._index.filters.labelled("base", base):
                numbers[places[place]] = number
        return numbers

    @cached_property
    def _marked(self) -> Mapping[str, BitMap]:
        """The static ranks of the offers with each mark in their ids: that of a region, or MOVING."""
        marked: dict[str, BitMap] = {}
        for place, mark in self._marks():
            marked.setdefault(mark, BitMap()).add(place)
        return marked

    def _marks(self) -> Iterator[tuple[int, str]]:
        for place in self._index.everything:
            model = self._ids[self._number(place)].partition("/")[2]
            mark = MOVING if model.startswith(MOVING) else region_of(model)
            if mark is not None:
                yield place, mark

    @cached_property
    def _without_media(self) -> BitMap:
        """The static ranks of the offers of which no source states media."""
        return self._index.everything - self._facets.having_any("input") - self._facets.having_any("output")
