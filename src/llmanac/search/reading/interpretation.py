"""What a question was taken to mean: the words looked for, and the offers that they match."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap

from llmanac.search.index.vocabulary import NOWHERE


class MatchMode(StrEnum):
    """What had to be forgiven for a question to match anything."""

    WHOLE = "whole"
    """Nothing: every word stands in what was found, or the question is an id of its model."""
    SPELLING = "spelling"
    """A slip of the keys."""
    PARTIAL = "partial"
    """Words that nothing has beside the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameModel:
    """Where a question is an id: the offers of its base model."""

    offers: BitMap = NOWHERE
    nearest: tuple[BitMap, ...] = ()
    """Of them, those that have what else the id says, its date, its host, its plan; the nearest, and fewest, first."""

    def __bool__(self) -> bool:
        return bool(self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """The offers that a question matches, numbered by standing."""

    tier: MatchMode = MatchMode.WHOLE
    words: tuple[str, ...] = ()
    """As they were looked for, each once."""
    run: str = ""
    """The same without anything between them, repeated ones too."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Words with a slip, and what was looked for instead."""
    dropped: tuple[str, ...] = ()
    is_id: bool = False
    """The question looks like an id."""
    is_cut_off: bool = False
    """It ends in a mark behind which names go on, as ``codex-`` does."""
    matches: BitMap = NOWHERE
    """The offers that have all of the words."""
    named: BitMap = NOWHERE
    """Those of the matches whose own id the question is."""
    same_model: SameModel = SameModel()

    @property
    def all(self) -> BitMap:
        """Everything that was found."""
        return self.matches | self.same_model.offers if self.same_model else self.matches
