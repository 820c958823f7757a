"""The results of a search as a lazy sequence of offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from llmanac.domain.records import Offer
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import search

STRIDE = 100
"""The number of offers that an iteration fetches at a time."""


class Matches(Sequence[Offer]):
    """All offers that match, the best first: ``len`` counts them, slices and loops take from them.

    Offers are decoded only when they are taken, so ``matches[:20]`` costs the same however many there are.
    Immutable, and valid for as long as the catalog is open.
    """

    def __init__(self, edition: Edition, query: Query) -> None:
        self._edition = edition
        self._query = query

    @cached_property
    def _total(self) -> int:
        return search(self._query._replace(offset=0, limit=1), self._edition).total

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, place: int) -> Offer: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Offer, ...]: ...
    def __getitem__(self, place: int | slice) -> Offer | tuple[Offer, ...]:
        places = range(len(self))[place]
        if isinstance(places, int):
            return self._window(places, 1)[0]
        if not places:
            return ()
        first, last = min(places), max(places)
        window = self._window(first, last - first + 1)
        return tuple(window[it - first] for it in places)

    def __iter__(self) -> Iterator[Offer]:
        for start in range(0, len(self), STRIDE):
            yield from self._window(start, STRIDE)

    def __repr__(self) -> str:
        return f"<Matches: {len(self):,} offers>"

    def _window(self, offset: int, limit: int) -> list[Offer]:
        page = search(self._query._replace(offset=offset, limit=limit), self._edition)
        return [self._edition.catalog.offer(number) for number in page.numbers]
