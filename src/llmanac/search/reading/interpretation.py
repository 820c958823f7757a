"""Interpretation: the words that a query's text was read as, and the offers that match them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap

from llmanac.search.index.vocabulary import NOWHERE


class MatchMode(StrEnum):
    """How strictly a query's text had to be read for it to match anything."""

    WHOLE = "whole"
    """As it stands: the offers contain every word, or the text is an id of their model."""
    SPELLING = "spelling"
    """With spelling mistakes corrected."""
    PARTIAL = "partial"
    """With words dropped: no offer contains all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameModel:
    """The offers of the base model that a text is an id of; empty where it is none."""

    offers: BitMap = NOWHERE
    nearest: tuple[BitMap, ...] = ()
    """Subsets that share more with the id, such as its date, host or plan; the nearest, and smallest, first."""
    names_host: bool = False
    """The id names a host: another host whose ids have that name in them is not meant."""

    def __bool__(self) -> bool:
        return bool(self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """A reading of a query's text, and the offers that match it, numbered as an Index numbers them."""

    mode: MatchMode = MatchMode.WHOLE
    words: tuple[str, ...] = ()
    """The words looked for, each once."""
    run: str = ""
    """All words of the text joined without separators, duplicates included."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Misspelt words, each with the word looked for instead."""
    dropped: tuple[str, ...] = ()
    """Words that were not looked for."""
    is_id: bool = False
    """The text looks like an id."""
    is_cut_off: bool = False
    """The text ends in a separator after which names go on, as ``codex-`` does."""
    matches: BitMap = NOWHERE
    """The offers that have all of the words."""
    named: BitMap = NOWHERE
    """The matches whose own id the text is."""
    same_model: SameModel = SameModel()

    @property
    def all(self) -> BitMap:
        """All offers that were found."""
        return self.matches | self.same_model.offers if self.same_model else self.matches
