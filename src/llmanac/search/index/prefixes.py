"""Which offers have a name that begins in a certain way."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pyroaring import BitMap

from llmanac.search.index.buffers import Bitmaps, Buffer, Numbers, SortedStrings, bitmap, flat, joined, part_of

SPAN = 64
"""About so many offers of neighbouring names are kept as one set; a beginning of many names is the union of such."""


class Prefixes:
    """Names in alphabetical order with their offers: names that begin alike, and so their offers, lie together."""

    __slots__ = ("_edges", "_members", "_names", "_spans", "_starts")

    def __init__(
        self, names: SortedStrings, *, starts: Numbers, members: Numbers, edges: Numbers, spans: Bitmaps
    ) -> None:
        self._names = names
        self._starts = starts
        self._members = members
        self._edges = edges
        self._spans = spans

    @classmethod
    def of(cls, offers: Mapping[str, Sequence[int]]) -> Prefixes:
        """From names and the offers that have them."""
        names = sorted(offers)
        starts, members = array("I", (0,)), array("I")
        for name in names:
            members.extend(offers[name])
            starts.append(len(members))
        edges = _edges(starts)
        spans = Bitmaps.of(bitmap(members[starts[first] : starts[end]]) for first, end in pairwise(edges))
        return cls(SortedStrings.of(names), starts=starts, members=members, edges=edges, spans=spans)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Prefixes:
        return cls(
            SortedStrings.unpack(part_of(buffers, "names")),
            starts=buffers["starts"].cast("I"),
            members=buffers["members"].cast("I"),
            edges=buffers["edges"].cast("I"),
            spans=Bitmaps.unpack(part_of(buffers, "spans")),
        )

    def pack(self) -> Mapping[str, Buffer]:
        return {
            **joined({"names": self._names, "spans": self._spans}),
            "starts": flat(self._starts),
            "members": flat(self._members),
            "edges": flat(self._edges),
        }

    def offers_with(self, beginning: str) -> BitMap:
        """The offers of all names that begin so."""
        names = self._names.starting_with(beginning)
        first, last = bisect_left(self._edges, names.start), bisect_right(self._edges, names.stop) - 1
        if first >= last:
            return self._of_names(names.start, names.stop)
        before, after = self._of_names(names.start, self._edges[first]), self._of_names(self._edges[last], names.stop)
        return BitMap.union(before, *[self._spans[number] for number in range(first, last)], after)

    def _of_names(self, start: int, stop: int) -> BitMap:
        return bitmap(self._members[self._starts[start] : self._starts[stop]])


def _edges(starts: Sequence[int]) -> array[int]:
    """Names with which a span begins, and behind the last one; of where the members of each name begin."""
    edges = array("I", (0,))
    for name, start in enumerate(starts):
        if start - starts[edges[-1]] >= SPAN:
            edges.append(name)
    if edges[-1] < len(starts) - 1:
        edges.append(len(starts) - 1)
    return edges
