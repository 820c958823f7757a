"""Segmentation: other ways to split the same letters into words, such as ``gpt4omini`` split, ``deep seek`` joined."""

from __future__ import annotations

from collections.abc import Iterator

from pyroaring import BitMap

from llmanac.search.index.vocabulary import Vocabulary

MAX_CUTS = 64
"""Maximum number of cuts tried to find words that occur together."""
LONGEST_RUN = 64
"""Maximum length of a run of letters that is split, in characters."""
LONGEST_WORD = 24
MOST_LETTERS = 2
"""Maximum number of single letters among words that no offer contains together; more are letters, not words."""


def regrouped(words: tuple[str, ...], run: str, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """The words joined, split, or split anew from the whole run, as far as the vocabulary has the result."""
    together = _joined(words, vocabulary)
    if together != words:
        yield together
    apart = tuple(part for word in together for part in _known_parts(word, vocabulary))
    if apart != together:
        yield apart
    cutter = _Cutter(run, vocabulary)
    if loose := cutter.cut():
        anew = cutter.cut_together()
        if anew and anew != apart:
            yield anew
        elif not anew and sum(word.isalpha() and len(word) == 1 for word in loose) <= MOST_LETTERS:
            yield loose


def cut_apart(run: str, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    """The words of a run of letters, all contained in one offer; the last may be unfinished. None if there are none."""
    cutter = _Cutter(run, vocabulary)
    return cutter.cut_together() if cutter.cut() else None


def _joined(words: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words with neighbours joined where they make a word: deep seek, open ai."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].isalpha() and word.isalpha() and joined[-1] + word in vocabulary:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def _known_parts(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    return (word,) if word in vocabulary else cut_apart(word, vocabulary) or (word,)


class _Cutter:
    """Splits a run of letters into words, trying the longest first."""

    __slots__ = ("_endings", "_hopeless", "_run", "_tries", "_vocabulary")

    def __init__(self, run: str, vocabulary: Vocabulary) -> None:
        self._run = run
        self._vocabulary = vocabulary
        self._endings: dict[int, BitMap] = {}
        self._hopeless: set[int] = set()
        """Places from which the rest of the run cannot be split into words."""
        self._tries = 0

    def cut(self, start: int = 0) -> tuple[str, ...] | None:
        """The words of the run from ``start``, even if no offer contains them together."""
        if len(self._run) > LONGEST_RUN:
            return None
        if self._ending(start):
            return (self._run[start:],)
        for word in self._words_at(start):
            end = start + len(word)
            if end not in self._hopeless and (rest := self.cut(end)):
                return (word, *rest)
        self._hopeless.add(start)
        return None

    def cut_together(self, start: int = 0, found: BitMap | None = None) -> tuple[str, ...] | None:
        """The words of the run from ``start`` that an offer in ``found`` contains together; None is all offers.

        Call ``cut`` first: it is faster, and finds the places that cannot be split.
        """
        ending = self._ending(start)
        if ending if found is None else found.intersect(ending):
            return (self._run[start:],)
        for word in self._words_at(start):
            end = start + len(word)
            if end in self._hopeless:
                continue
            self._tries += 1
            if self._tries > MAX_CUTS:
                return None
            there = self._vocabulary.offers_with(word)
            both = there if found is None else found & there
            if both and (rest := self.cut_together(end, both)):
                return (word, *rest)
        return None

    def _words_at(self, start: int) -> list[str]:
        return self._vocabulary.beginnings_of(self._run[start : min(len(self._run) - 1, start + LONGEST_WORD)])

    def _ending(self, start: int) -> BitMap:
        """The offers with a word that begins as the run ends."""
        ending = self._endings.get(start)
        if ending is None:
            ending = self._endings[start] = self._vocabulary.offers_with_beginning(self._run[start:])
        return ending
