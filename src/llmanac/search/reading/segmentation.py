"""Other ways of cutting the same letters into words: ``gpt4omini`` apart, ``deep seek`` together."""

from __future__ import annotations

from collections.abc import Iterator

from pyroaring import BitMap

from llmanac.search.index.vocabulary import Vocabulary

MAX_CUTS = 64
"""Cuts that are tried for words that stand together, before giving up."""
LONGEST_RUN = 64
"""Characters of a run of letters that is cut apart."""
LONGEST_WORD = 24
MOST_LETTERS = 2
"""Single letters among words that stand nowhere together; with more, it was not cut but spelt."""


def regrouped(words: tuple[str, ...], run: str, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """The words put together, cut apart, or cut anew from the whole run, as far as the catalog knows the result."""
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
    """Letters run together, cut into words that stand together somewhere; the last may be unfinished."""
    cutter = _Cutter(run, vocabulary)
    return cutter.cut_together() if cutter.cut() else None


def _joined(words: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Neighbours put together where they make a word: deep seek, open ai."""
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
    """Cuts a run of letters apart, the longest words first."""

    __slots__ = ("_endings", "_hopeless", "_run", "_tries", "_vocabulary")

    def __init__(self, run: str, vocabulary: Vocabulary) -> None:
        self._run = run
        self._vocabulary = vocabulary
        self._endings: dict[int, BitMap] = {}
        self._hopeless: set[int] = set()
        """Where nothing begins that words could be made of."""
        self._tries = 0

    def cut(self, start: int = 0) -> tuple[str, ...] | None:
        """The words of what begins at ``start``, whether or not they stand together anywhere."""
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
        """The same of words that stand together somewhere: beside ``found``, the offers that have all words before.

        After ``cut``, which is sooner done, and tells where there is no hope.
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
