"""The vocabulary: an inverted index from words to offers, base models' names and hosts' names."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from pyroaring import BitMap

from llmanac.search.index.buffers import (
    LAST_CHARACTER,
    Bitmaps,
    Buffer,
    Numbers,
    Strings,
    bitmap,
    flat,
    joined,
    part_of,
)

WIDE = 8
"""Prefixes of more words than this have the union of their offers precomputed."""

LETTERS = 2
"""Length of the prefixes for which the length of the longest word is kept."""

NOWHERE = BitMap()


class Vocabulary:
    """The words in alphabetical order, each with the offers that contain it."""

    __slots__ = (
        "_beginning_bitmaps",
        "_beginnings",
        "_extents",
        "_longest",
        "_numbers",
        "_packed",
        "_wide",
        "core",
        "found",
        "hosted",
        "words",
    )

    def __init__(
        self,
        words: Strings,
        *,
        found: Bitmaps,
        core: Bitmaps,
        hosted: Bitmaps,
        extents: Numbers,
        beginnings: Strings,
        beginning_bitmaps: Bitmaps,
    ) -> None:
        self._packed = words
        self.words = tuple(words)
        """The words in alphabetical order; the number of a word is its place here."""
        self.found = found
        """The offers whose id, names, host or lab contain each word, by its number."""
        self.core = core
        """The offers whose base model's name contains each word, by its number."""
        self.hosted = hosted
        """The offers at hosts with each word in their name, by its number."""
        self._extents = extents
        self._beginnings = beginnings
        self._beginning_bitmaps = beginning_bitmaps
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._longest: dict[str, int] = {}
        """The length of the longest word with each prefix of LETTERS letters."""
        for word in self.words:
            self._longest[word[:LETTERS]] = max(len(word), self._longest.get(word[:LETTERS], 0))
        self._wide = {beginning: number for number, beginning in enumerate(beginnings)}

    @classmethod
    def of(
        cls,
        found: Mapping[str, Sequence[int]],
        *,
        core: Mapping[str, Iterable[int]],
        hosted: Mapping[str, Iterable[int]],
    ) -> Vocabulary:
        """Build from the offers of each word; every word of ``core`` and ``hosted`` is also one of ``found``."""
        words = sorted(found)
        bitmaps = [bitmap(found[word]) for word in words]
        beginnings = dict(_wide_beginnings(words, bitmaps))
        return cls(
            Strings.of(words),
            found=Bitmaps.of(bitmaps),
            core=Bitmaps.of(bitmap(core.get(word, ())) for word in words),
            hosted=Bitmaps.of(bitmap(hosted.get(word, ())) for word in words),
            extents=_extents(words),
            beginnings=Strings.of(beginnings),
            beginning_bitmaps=Bitmaps.of(beginnings.values()),
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Vocabulary:
        return cls(
            Strings.unpack(part_of(buffers, "words")),
            found=Bitmaps.unpack(part_of(buffers, "found")),
            core=Bitmaps.unpack(part_of(buffers, "core")),
            hosted=Bitmaps.unpack(part_of(buffers, "hosted")),
            extents=buffers["extents"].cast("I"),
            beginnings=Strings.unpack(part_of(buffers, "beginnings")),
            beginning_bitmaps=Bitmaps.unpack(part_of(buffers, "beginning_bitmaps")),
        )

    def pack(self) -> Mapping[str, Buffer]:
        parts = joined(
            {
                "words": self._packed,
                "found": self.found,
                "core": self.core,
                "hosted": self.hosted,
                "beginnings": self._beginnings,
                "beginning_bitmaps": self._beginning_bitmaps,
            }
        )
        return {**parts, "extents": flat(self._extents)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def beginnings_of(self, text: str) -> list[str]:
        """The words that a text begins with, the longest first."""
        # A single letter may be a word, whatever follows it.
        longest = min(len(text), max(self._longest.get(text[:LETTERS], 0), LETTERS - 1))
        return [text[:length] for length in range(longest, 0, -1) if text[:length] in self._numbers]

    def offers_with(self, word: str) -> BitMap:
        """The offers that contain the whole word."""
        number = self._numbers.get(word)
        return NOWHERE if number is None else self.found[number]

    def offers_with_core(self, word: str) -> BitMap:
        """The offers whose base model's name contains the whole word."""
        number = self._numbers.get(word)
        return NOWHERE if number is None else self.core[number]

    def offers_at(self, word: str) -> BitMap:
        """The offers at hosts with this word in their name."""
        number = self._numbers.get(word)
        return NOWHERE if number is None else self.hosted[number]

    def offers_with_beginning(self, beginning: str) -> BitMap:
        """The offers that contain a word with this beginning, or the beginning as a whole word."""
        wide = self._wide.get(beginning)
        if wide is not None:
            return self._beginning_bitmaps[wide]
        number = self._numbers.get(beginning)
        if number is None:
            if len(beginning) >= max(self._longest.get(beginning[:LETTERS], 0), LETTERS):
                return NOWHERE
            start = bisect_left(self.words, beginning)
            end = bisect_left(self.words, beginning + LAST_CHARACTER, lo=start)
        else:
            start, end = number, number + 1 + self._extents[number]
        if end - start == 1:
            return self.found[start]
        return BitMap.union(*[self.found[it] for it in range(start, end)]) if end > start else NOWHERE


def _wide_beginnings(words: Sequence[str], bitmaps: Sequence[BitMap]) -> Iterable[tuple[str, BitMap]]:
    """Each beginning of more than WIDE words, with the offers of all of them."""
    waiting = [(range(len(words)), 0)]
    while waiting:
        numbers, depth = waiting.pop()
        beginnings = [words[number][: depth + 1] for number in numbers]
        start = numbers.start
        for beginning, group in groupby(beginnings):
            members = range(start, start + sum(1 for _ in group))
            start = members.stop
            if len(members) > WIDE and len(beginning) > depth:
                yield beginning, BitMap.union(*[bitmaps[number] for number in members])
                waiting.append((members, depth + 1))


def _extents(words: Sequence[str]) -> array[int]:
    """The number of words after each word that begin with it."""
    extents = array("I", bytes(4 * len(words)))
    open_words: list[int] = []
    for number, word in enumerate(words):
        while open_words and not word.startswith(words[open_words[-1]]):
            closed = open_words.pop()
            extents[closed] = number - closed - 1
        open_words.append(number)
    for closed in open_words:
        extents[closed] = len(words) - closed - 1
    return extents
