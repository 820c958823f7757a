"""How names and questions are cut into words that can be compared.

Separators, case, width and the point of a version all go: ``claude-sonnet-4.5``, ``Claude Sonnet 4 5`` and the
Bedrock form ``claude-sonnet-4-5`` all become ``claude sonnet 45``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_WORDS = 24
"""Of a question; what comes after them is not read."""

_DIGIT = re.compile(r"[0-9]")
_DAY = re.compile(r"(20[12]\d)-([01]\d)-([0-3]\d)(?!\d)")
_SPELT_POINT = re.compile(r"(?<=\d)p(?=\d)")
_POINT = re.compile(r"(?<=\d)(?:\.(?=\d)|:(?=\d(?![\da-z])))")
_VERSION = re.compile(r"(?<![\d.])(0|[1-9]\d?)[-_ ](\d|[1-9]\d)(?![\d.a-z])")
_WORD = re.compile(r"[a-z]{3,}(?=\d)|[a-z0-9]+|[^\W\da-z_]+")
_NUMBERED = re.compile(r"[kmv](\d+)")


def cut(text: str) -> list[str]:
    """The words of a text in order: letters and digits only, three letters apart from a number behind them."""
    return _WORD.findall(_levelled(text))


def searchable(words: Iterable[str]) -> set[str]:
    """Words of a name, and the number of a ``v3`` or ``k2.5`` by itself: everything that it is found under."""
    found = set(words)
    return found | {match[1] for word in found if (match := _NUMBERED.fullmatch(word))}


def squash(text: str) -> str:
    """The words of a text without anything between them."""
    return "".join(cut(text))


class Cuts:
    """``cut`` and ``squash``, each done once for a text; kept while a catalog's names are gone through."""

    def __init__(self) -> None:
        self._cuts: dict[str, tuple[str, ...]] = {}
        self._squashed: dict[str, str] = {}

    def cut(self, text: str) -> tuple[str, ...]:
        """The words of a text."""
        words = self._cuts.get(text)
        if words is None:
            path, slash, leaf = text.rpartition("/")
            words = (*self.cut(path), *self.cut(leaf)) if slash else tuple(cut(text))
            self._cuts[text] = words
        return words

    def squash(self, text: str) -> str:
        """The words of a text without anything between them."""
        squashed = self._squashed.get(text)
        if squashed is None:
            squashed = self._squashed[text] = "".join(self.cut(text))
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
