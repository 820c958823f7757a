"""Which offers have a name that begins in a certain way."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from pyroaring import BitMap

from llmanac.search.buffers import Buffer, Numbers, SortedStrings, flat, joined, part_of


class Beginnings:
    """Names in alphabetical order with their offers: names that begin alike, and so their offers, lie together."""

    __slots__ = ("_members", "_names", "_starts")

    def __init__(self, names: SortedStrings, starts: Numbers, members: Numbers) -> None:
        self._names = names
        self._starts = starts
        self._members = members

    @classmethod
    def of(cls, offers: Mapping[str, Sequence[int]]) -> Beginnings:
        """From names and the offers that have them."""
        names = sorted(offers)
        starts, members = array("I", (0,)), array("I")
        for name in names:
            members.extend(offers[name])
            starts.append(len(members))
        return cls(SortedStrings.of(names), starts, members)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Beginnings:
        return cls(
            SortedStrings.unpack(part_of(buffers, "names")), buffers["starts"].cast("I"), buffers["members"].cast("I")
        )

    def pack(self) -> Mapping[str, Buffer]:
        return {**joined({"names": self._names}), "starts": flat(self._starts), "members": flat(self._members)}

    def offers_with(self, beginning: str) -> BitMap:
        """The offers of all names that begin so."""
        names = self._names.starting_with(beginning)
        return BitMap(self._members[self._starts[names.start] : self._starts[names.stop]])
