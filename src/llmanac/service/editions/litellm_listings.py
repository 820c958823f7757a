"""The rows that only LiteLLM lists, read from the tables of all offers, of which they are the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle
from llmanac.ingest.layer import LiteLLMListing, SourceClaims


class LiteLLMListingRecords(Sequence[LiteLLMListing]):
    """The listings behind the first ``first`` offers; each has LiteLLM's claims alone."""

    __slots__ = ("_claims", "_first", "_ids", "_lifecycles")

    def __init__(
        self,
        ids: Sequence[str],
        claims: Sequence[tuple[SourceClaims, ...]],
        *,
        first: int,
        lifecycles: Mapping[str, Lifecycle],
    ) -> None:
        self._ids = ids
        self._lifecycles = lifecycles
        self._claims = claims
        self._first = first

    def __len__(self) -> int:
        return len(self._ids) - self._first

    @overload
    def __getitem__(self, number: int) -> LiteLLMListing: ...
    @overload
    def __getitem__(self, number: slice) -> list[LiteLLMListing]: ...
    def __getitem__(self, number: int | slice) -> LiteLLMListing | list[LiteLLMListing]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        id_ = self._ids[self._first + number]
        provider, _, model = id_.partition("/")
        [it] = self._claims[self._first + number]
        return LiteLLMListing(provider, model, it.claims, self._lifecycles.get(id_, NO_LIFECYCLE))
