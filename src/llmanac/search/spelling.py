"""What a word was probably meant to be: words of the catalog one slip away, or two for long ones.

A word that lost a letter is found among its neighbours' own words with a letter left out (symmetric deletion):
an exchanged, doubled, missing or wrong letter leaves something in common. Digits are never corrected, for
``4.5`` with a slip is another model.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

from rapidfuzz.distance import OSA

from llmanac.search.buffers import Buffer, Numbers, flat

SHORTEST = 3
"""Letters of a word that is worth correcting."""
LONG = 6
"""Letters from which two slips are forgiven."""
LONGEST = 24
"""Characters of a word that is looked up; nobody names a model so."""
CANDIDATES = 12

_DIGITS = re.compile(r"\d+")


class Spelling:
    """For each word with a letter left out, or none, the word; by a 32-bit digest, in order of it."""

    __slots__ = ("_digests", "_numbers")

    def __init__(self, digests: Numbers, numbers: Numbers) -> None:
        self._digests = digests
        self._numbers = numbers

    @classmethod
    def of(cls, words: Iterable[tuple[int, str]]) -> Spelling:
        """From words and their numbers."""
        found = sorted({(crc32(it.encode()) << 32) | number for number, word in words for it in _shortened(word)})
        return cls(array("I", [it >> 32 for it in found]), array("I", [it & 0xFFFFFFFF for it in found]))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Spelling:
        return cls(buffers["digests"].cast("I"), buffers["numbers"].cast("I"))

    def pack(self) -> Mapping[str, Buffer]:
        return {"digests": flat(self._digests), "numbers": flat(self._numbers)}

    def corrections(self, word: str, words: Sequence[str]) -> list[tuple[int, str]]:
        """How many slips away, which words: the nearest first. ``words`` are all words, by their number."""
        if not is_correctable(word):
            return []
        most = 2 if len(word) >= LONG else 1
        found = {words[number] for number in self._candidates(word, most)}
        scored = [(OSA.distance(word, it, score_cutoff=most), it) for it in found if _same_digits(word, it)]
        nearest = sorted((slips, it[:1] != word[:1], it) for slips, it in scored if 0 < slips <= most)
        return [(slips, it) for slips, _, it in nearest[:CANDIDATES]]

    def _candidates(self, word: str, most: int) -> set[int]:
        """The numbers of words that share something with this one when letters are left out of either."""
        shorter = set(_shortened(word))
        if most > 1:
            shorter.update(it for once in list(shorter) for it in _shortened(once))
        found: set[int] = set()
        for it in shorter:
            key = crc32(it.encode())
            place = bisect_left(self._digests, key)
            while place < len(self._digests) and self._digests[place] == key:
                found.add(self._numbers[place])
                place += 1
        return found


def is_correctable(word: str) -> bool:
    """Whether a slip in this word can be told: enough of it, and some letters."""
    return not word.isdigit() and SHORTEST <= len(word) <= LONGEST


def _shortened(word: str) -> Iterator[str]:
    """The word, and each form of it with one letter left out."""
    yield word
    for place, letter in enumerate(word):
        if not letter.isdigit():
            yield word[:place] + word[place + 1 :]


def _same_digits(word: str, other: str) -> bool:
    return _DIGITS.findall(word) == _DIGITS.findall(other)
