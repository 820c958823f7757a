"""Prefix search: looks up the offers whose name begins with a text."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pyroaring import BitMap

from llmanac.search.index.buffers import Bitmaps, Buffer, Numbers, SortedStrings, bitmap, flat, joined, part_of

SPAN = 64
"""Minimum number of offers in a span: a set of the offers of neighbouring names, of which large results are made."""


class Prefixes:
    """Names in alphabetical order with their offers, so that the offers of a prefix are contiguous."""

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
        """Build from the offers of each name."""
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

    def offers_with(self, prefix: str) -> BitMap:
        """The offers of all names with this prefix."""
        names = self._names.starting_with(prefix)
        first, last = bisect_left(self._edges, names.start), bisect_right(self._edges, names.stop) - 1
        if first >= last:
            return self._of_names(names.start, names.stop)
        before, after = self._of_names(names.start, self._edges[first]), self._of_names(self._edges[last], names.stop)
        return BitMap.union(before, *[self._spans[number] for number in range(first, last)], after)

    def _of_names(self, start: int, stop: int) -> BitMap:
        return bitmap(self._members[self._starts[start] : self._starts[stop]])


def _edges(starts: Sequence[int]) -> array[int]:
    """The numbers of the names at which spans begin, and the end of the last; from the start of each name's members."""
    edges = array("I", (0,))
    for name, start in enumerate(starts):
        if start - starts[edges[-1]] >= SPAN:
            edges.append(name)
    if edges[-1] < len(starts) - 1:
        edges.append(len(starts) - 1)
    return edges
