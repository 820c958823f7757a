"""Spelling correction: the words of the catalog at an edit distance of one, or two for long words.

It uses symmetric deletion: a misspelt word and its correction, each with a letter deleted, have a form in common,
whether a letter was exchanged, doubled, missing or wrong. Digits are never corrected, for ``4.6`` is no misspelt
``4.5`` but another model.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

from rapidfuzz.distance import OSA

from llmanac.search.index.buffers import Buffer, Numbers, flat

SHORTEST = 3
"""Minimum length of a word that is corrected."""
LONG = 6
"""Minimum length of a word that is corrected at an edit distance of two."""
LONGEST = 24
"""Maximum length of a word that is corrected; no word of a model's name is longer."""
CANDIDATES = 12
"""Maximum number of corrections at each edit distance."""

_DIGITS = re.compile(r"\d+")


class Spelling:
    """The numbers of words, by the 32-bit digest of each of their forms: the word itself, or one letter deleted."""

    __slots__ = ("_digests", "_numbers")

    def __init__(self, digests: Numbers, numbers: Numbers) -> None:
        self._digests = digests
        self._numbers = numbers

    @classmethod
    def of(cls, words: Iterable[tuple[int, str]]) -> Spelling:
        """Build from words, each with its number."""
        found = sorted({(crc32(it.encode()) << 32) | number for number, word in words for it in _shortened(word)})
        return cls(array("I", [it >> 32 for it in found]), array("I", [it & 0xFFFFFFFF for it in found]))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Spelling:
        return cls(buffers["digests"].cast("I"), buffers["numbers"].cast("I"))

    def pack(self) -> Mapping[str, Buffer]:
        return {"digests": flat(self._digests), "numbers": flat(self._numbers)}

    def corrections(self, word: str, words: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Edit distances with the words at each, nearest first; at most CANDIDATES words at each distance.

        ``words`` are all words, by their number. The second distance is computed only when the iterator reaches it.
        """
        if not is_correctable(word):
            return
        once = set(_shortened(word))
        found = self._sharing(once)
        if nearest := _at_distance(1, word, (words[number] for number in found)):
            yield 1, nearest
        if len(word) >= LONG:
            found |= self._sharing({it for form in once for it in _shortened(form)} - once)
            if nearest := _at_distance(2, word, (words[number] for number in found)):
                yield 2, nearest

    def _sharing(self, forms: Iterable[str]) -> set[int]:
        """The numbers of the words that have one of these forms."""
        digests, numbers = self._digests, self._numbers
        found: set[int] = set()
        for form in forms:
            key = crc32(form.encode())
            place = bisect_left(digests, key)
            while place < len(digests) and digests[place] == key:
                found.add(numbers[place])
                place += 1
        return found


def is_correctable(word: str) -> bool:
    """Returns True if a word has a length that is corrected, and is no number."""
    return not word.isdigit() and SHORTEST <= len(word) <= LONGEST


def _shortened(word: str) -> Iterator[str]:
    """The word, and each form of it with one letter deleted."""
    yield word
    for place, letter in enumerate(word):
        if not letter.isdigit():
            yield word[:place] + word[place + 1 :]


def _at_distance(distance: int, word: str, others: Iterable[str]) -> list[str]:
    """The other words at this edit distance: those with the same first letter first, then in alphabetical order."""
    digits = _DIGITS.findall(word)
    found = [
        it
        for it in others
        if OSA.distance(word, it, score_cutoff=distance) == distance and _DIGITS.findall(it) == digits
    ]
    found.sort(key=lambda it: (it[:1] != word[:1], it))
    return found[:CANDIDATES]
