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

from llmanac.search.index.buffers import Buffer, Numbers, flat

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

    def corrections(self, word: str, words: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """How many slips away, and which words are: the nearest first, of each distance at most CANDIDATES.

        ``words`` are all words, by their number. What is farther is looked for only when it is asked for.
        """
        if not is_correctable(word):
            return
        once = set(_shortened(word))
        found = self._sharing(once)
        if nearest := _those_at(1, word, (words[number] for number in found)):
            yield 1, nearest
        if len(word) >= LONG:
            found |= self._sharing({it for form in once for it in _shortened(form)} - once)
            if nearest := _those_at(2, word, (words[number] for number in found)):
                yield 2, nearest

    def _sharing(self, forms: Iterable[str]) -> set[int]:
        """The numbers of words of which one of these is a form."""
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
    """Whether a slip in this word can be told: enough of it, and some letters."""
    return not word.isdigit() and SHORTEST <= len(word) <= LONGEST


def _shortened(word: str) -> Iterator[str]:
    """The word, and each form of it with one letter left out."""
    yield word
    for place, letter in enumerate(word):
        if not letter.isdigit():
            yield word[:place] + word[place + 1 :]


def _those_at(slips: int, word: str, others: Iterable[str]) -> list[str]:
    """Of other words those so many slips away; first those that begin alike, then in alphabetical order."""
    digits = _DIGITS.findall(word)
    those = [
        it for it in others if OSA.distance(word, it, score_cutoff=slips) == slips and _DIGITS.findall(it) == digits
    ]
    those.sort(key=lambda it: (it[:1] != word[:1], it))
    return those[:CANDIDATES]
