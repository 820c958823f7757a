"""The lookup of whole names: base models under every spelling that the catalog knows, and offers under their ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from llmanac.domain.naming import fold
from llmanac.search.index.buffers import Buffer, Keys, Numbers, SortedStrings, Strings, bitmap, flat, joined, part_of
from llmanac.search.index.text import numbers_in

SLIPS = 2
"""Maximum edit distance of a correction."""
SHORTEST = 6
"""Minimum length of a run-together name that is corrected, in characters."""
LONGEST = 64
"""Maximum length of a run-together name that is corrected, in characters."""
SHARED = 2
"""First characters that a run-together name must have in common with its correction."""
COMPARED = 2048
"""Maximum number of names that are compared with a run-together one."""
NEAREST = 5
"""Maximum number of near names of which one is chosen."""
OWN_NAME = "="
"""Before a name that only a host gives a model, which is no id."""
LIKE = 50
"""Minimum similarity of a suggested name, of 100."""


class Names:
    """Names without separators, as ``text.squash`` returns them."""

    __slots__ = ("_bases", "_members", "_models", "_offers", "_spelt", "_starts")

    def __init__(
        self, *, models: Keys, offers: Keys, bases: Strings, spelt: SortedStrings, members: Numbers, starts: Numbers
    ) -> None:
        self._models = models
        self._offers = offers
        self._bases = bases
        self._spelt = spelt
        self._members = members
        self._starts = starts

    @classmethod
    def of(
        cls,
        members: Mapping[str, Sequence[int]],
        *,
        models: Iterable[tuple[str, str]],
        offers: Iterable[tuple[str, int]],
        spelt: Iterable[str],
    ) -> Names:
        """Build from the offers of each base model, and pairs of a name with a base model or an offer.

        ``spelt`` are the names that a misspelt one may be corrected to.
        """
        numbers = {base: number for number, base in enumerate(members)}
        starts, flat_members = array("I", (0,)), array("I")
        for group in members.values():
            flat_members.extend(group)
            starts.append(len(flat_members))
        return cls(
            models=Keys.of((name, numbers[base]) for name, base in models),
            offers=Keys.of(offers),
            bases=Strings.of(members),
            spelt=SortedStrings.of(sorted(set(spelt))),
            members=flat_members,
            starts=starts,
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Names:
        return cls(
            models=Keys.unpack(part_of(buffers, "models")),
            offers=Keys.unpack(part_of(buffers, "offers")),
            bases=Strings.unpack(part_of(buffers, "bases")),
            spelt=SortedStrings.unpack(part_of(buffers, "spelt")),
            members=buffers["members"].cast("I"),
            starts=buffers["starts"].cast("I"),
        )

    def pack(self) -> Mapping[str, Buffer]:
        return {
            **joined({"models": self._models, "offers": self._offers, "bases": self._bases, "spelt": self._spelt}),
            "members": flat(self._members),
            "starts": flat(self._starts),
        }

    def base(self, model: int) -> str:
        """The key of a base model."""
        return self._bases[model]

    def models_named(self, name: str) -> list[int]:
        """The base models of this name."""
        return self._models[name] if name else []

    def offers_named(self, name: str) -> BitMap:
        """The offers with this id, at models.dev or LiteLLM, or with this name that only their host gives the model."""
        return bitmap(self._offers[name]) | self.offers_called(name)

    def offers_called(self, name: str) -> BitMap:
        """The offers with this name that only their host gives the model."""
        return bitmap(self._offers[OWN_NAME + name])

    def offers_of(self, models: Sequence[int]) -> BitMap:
        """The offers of base models."""
        each = [bitmap(self._members[self._starts[it] : self._starts[it + 1]]) for it in models]
        return each[0] if len(each) == 1 else BitMap.union(*each) if each else BitMap()

    def most_similar(self, text: str, count: int) -> tuple[str, ...]:
        """The keys of the base models most similar to a text, best first; scans all of them."""
        best = process.extract(fold(text)[:LONGEST], self._bases, scorer=fuzz.WRatio, limit=count, score_cutoff=LIKE)
        return tuple(name for name, _, _ in best)

    def nearest(self, name: str, *, slips: int = SLIPS) -> str | None:
        """The likeliest correction of a misspelt run-together name, with the same numbers; None without a near one."""
        if not SHORTEST <= len(name) <= LONGEST:
            return None
        choices = [self._spelt[it] for it in self._spelt.starting_with(name[:SHARED])[:COMPARED]]
        best = process.extract(name, choices, scorer=OSA.distance, score_cutoff=slips, limit=NEAREST)
        numbers = numbers_in(name)
        return next((it for it, _, _ in best if numbers_in(it) == numbers), None)
