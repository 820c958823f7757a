"""Lineage: the family, line and version in a base model's name; ``gemini-3.7-flash`` is 3.7 of gemini flash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SIDE_LINES = frozenset(
    "abliterated air airx audio beta build chat code coder codex computer custom customtools cyber deep derestricted "
    "distill edit embed embedding exp experimental fast flashx fin free guard guardian heretic highspeed image "
    "instant lightning lite live math micro mini moderation multi agent multilingual music nano non ocr omni original "
    "preview prime realtime reasoning rerank research reward robotics safeguard safety search small speciale speech "
    "stt tee terminus thinking tiny transcribe translate tts turbo uncensored use v video vision vl voice "
    "whisper".split()
)
"""Words that mark a side line of a family: for another medium or task, or at a lower price."""

MEMORY = 4096
"""Base models whose lineage is remembered, in about 2 MiB; there are some thirteen hundred."""

_VERSION = re.compile(r"[a-z]?(\d{1,2}(?:\.\d+)?)[a-z]?")
_SIZE = re.compile(r"[ae]?\d+(?:\.\d+)?[bmt]|\d+x\d+b|\d{3,}k?")
_VISION = re.compile(r"\d{1,2}(?:\.\d+)?v")
"""A version with the mark of a model that sees: glm-4.5v."""
_FAMILY_AND_NUMBER = re.compile(r"o\d")


@dataclass(frozen=True, slots=True)
class Lineage:
    """A base model's family, its line in it, and its version there."""

    base: str
    family: str
    line: tuple[str, ...]
    """The words of the name without version, size and date; the first is the family."""
    version: float
    """The version in the name; 0 where there is none."""

    @property
    def side_words(self) -> int:
        """The number of words that make it a side line."""
        return sum(word in SIDE_LINES for word in self.line[1:])


@lru_cache(maxsize=MEMORY)
def lineage(base: str) -> Lineage:
    """Parse the key of a base model."""
    words: list[str] = []
    version = 0.0
    for part in base.split("-"):
        if not words:
            words.append("o" if _FAMILY_AND_NUMBER.fullmatch(part) else part)
        elif part.isalpha() or not any(letter.isdigit() for letter in part):
            words.append(part)
        elif _VISION.fullmatch(part):
            words.append("v")
        if not version and not _SIZE.fullmatch(part) and (match := _VERSION.fullmatch(part)):
            version = float(match[1])
    return Lineage(base, words[0], tuple(words), version)
