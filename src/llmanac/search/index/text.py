"""Tokenisation: cuts names and queries into words that can be compared.

Separators, case, width and the point of a version are ignored: ``claude-sonnet-4.5``, ``Claude Sonnet 4 5`` and the
Bedrock form ``claude-sonnet-4-5`` all become ``claude sonnet 45``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

MAX_WORDS = 24
"""Maximum number of words of a query; the rest is ignored."""

_DIGIT = re.compile(r"[0-9]")
_NUMBER = re.compile(r"\d+")
_DAY = re.compile(r"(20[12]\d)-([01]\d)-([0-3]\d)(?!\d)")
_SPELT_POINT = re.compile(r"(?<=\d)p(?=\d)")
_POINT = re.compile(r"(?<=\d)(?:\.(?=\d)|:(?=\d(?![\da-z])))")
_VERSION = re.compile(r"(?<![\d.])(0|[1-9]\d?)[-_ ](\d|[1-9]\d)(?![\d.a-z])")
_WORD = re.compile(r"[a-z]{3,}(?=\d)|[a-z0-9]+|[^\W\da-z_]+")
_NUMBERED = re.compile(r"[kmv](\d+)")


def cut(text: str) -> list[str]:
    """The words of a text in order: letters and digits only, three or more letters split from a number after them."""
    return _WORD.findall(_levelled(text))


def number_of(word: str) -> str | None:
    """The number in a word such as ``v3`` or ``k2.5``; None for words of another form."""
    match = _NUMBERED.fullmatch(word)
    return match[1] if match else None


def squash(text: str) -> str:
    """The words of a text joined without separators."""
    return "".join(cut(text))


def numbers_in(word: str) -> list[str]:
    """The numbers in a word; words whose numbers differ are different models, never misspellings of each other."""
    return _NUMBER.findall(word)


class Cuts:
    """Memoised ``cut`` and ``squash``, for the time of building an index."""

    def __init__(self) -> None:
        words = _Words()
        self.cut: Callable[[str], tuple[str, ...]] = words.__getitem__
        """The words of a text."""
        self.squash: Callable[[str], str] = _Squashed(words).__getitem__
        """The words of a text joined without separators."""


class _Words(dict[str, tuple[str, ...]]):
    """The words of each text; equal words are the same string object.

    The parts of a path are cut separately, since many paths share parts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._strings: dict[str, str] = {}

    def __missing__(self, text: str) -> tuple[str, ...]:
        path, slash, leaf = text.rpartition("/")
        words = self[text] = (*self[path], *self[leaf]) if slash else self._shared(cut(text))
        return words

    def _shared(self, words: list[str]) -> tuple[str, ...]:
        return tuple([self._strings.setdefault(word, word) for word in words])


class _Squashed(dict[str, str]):
    """The words of each text joined without separators."""

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, text: str) -> str:
        squashed = self[text] = "".join(self._words[text])
        return squashed


def _levelled(text: str) -> str:
    if not text.isascii():
        text = "".join(it for it in unicodedata.normalize("NFKD", text) if not unicodedata.combining(it))
    text = text.lower()
    if not _DIGIT.search(text):
        return text
    if "20" in text:
        text = _DAY.sub(r"\1\2\3", text)
    if "p" in text:
        text = _SPELT_POINT.sub(".", text)
    text = _VERSION.sub(r"\1\2", text)
    return _POINT.sub("", text) if "." in text or ":" in text else text
