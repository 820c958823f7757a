"""Which of the offers that went and came are the same, under another id at the same host.

Hosts add a suffix (``…-TEE``), move models to another path (``TheDrummer 2/x``, ``TheDrummer/x``), or change how
they spell versions (``claude-opus-4-5``, ``claude-opus-4.5``). Told as one offer lost and another one gained,
that would double the noise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from llmanac.domain.naming import base_of, squeeze
from llmanac.domain.records import Offer

MARKS = re.compile(
    r"(?<=:)[^:]+$"
    r"|(?<=:)[^:]+(?=:)"
    r"|(?<=@)[^@]+$"
    r"|^(?:~|tee(?=/))"
    r"|(?<=-)(?:discounted|fast|flex|free|highspeed|latest|nitro|nothink|original|pro|thinking|turbo)(?=$|[-:@])"
)
"""What tells two offers of one model at one host apart: a variant, a region, a plan, a queue."""

PATH_MARKS = frozenset({"~", "tee"})
"""Those that stand before a name, and not in it."""

Identity: TypeAlias = tuple[str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Rename:
    """One offer under two ids."""

    before: Offer
    after: Offer


def find_renames(
    gone: Iterable[Offer], new: Iterable[Offer], *, paths: frozenset[str] = frozenset()
) -> tuple[Rename, ...]:
    """Pairs of the same host, model and marks, each offer in at most one; by the new id.

    ``paths`` are those under which the hosts still list anything (see ``path_of``): from such a path to another,
    an offer was not moved. A router's path may be the host that it passes requests to.
    """
    arrivals: defaultdict[Identity, list[Offer]] = defaultdict(list)
    for offer in new:
        for identity in _identities(offer):
            arrivals[identity].append(offer)
    candidates = [
        (_likeness(before, after), before, after)
        for before in gone
        for identity in _identities(before)
        for after in arrivals.get(identity, ())
        if _may_have_moved(before, after, paths)
    ]
    candidates.sort(key=lambda it: (-it[0], it[1].id, it[2].id))
    taken: set[str] = set()
    renames = []
    for _, before, after in candidates:
        if before.id not in taken and after.id not in taken:
            taken |= {before.id, after.id}
            renames.append(Rename(before, after))
    return tuple(sorted(renames, key=lambda rename: rename.after.id))


def path_of(offer: Offer) -> str:
    """The host and the part of the id before the last slash: ``nano-gpt/zai-org``, ``requesty``."""
    return offer.id.casefold().rpartition("/")[0]


def _identities(offer: Offer) -> tuple[Identity, Identity]:
    """What an offer keeps when it is renamed: its host with its model and marks, or with the letters of its name."""
    marks = frozenset(MARKS.findall(offer.model.casefold()))
    # Not Offer.base, which may follow from what the feed of only one of the two days says.
    return (offer.provider, base_of(offer.model), marks), (offer.provider, _squeezed(offer), marks & PATH_MARKS)


def _may_have_moved(before: Offer, after: Offer, paths: frozenset[str]) -> bool:
    left, entered = path_of(before), path_of(after)
    return left == entered or before.provider in (left, entered) or left not in paths


def _likeness(before: Offer, after: Offer) -> float:
    one, other = _squeezed(before), _squeezed(after)
    return 2.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _squeezed(offer: Offer) -> str:
    """The name alone, without the path before it."""
    return squeeze(offer.model.rpartition("/")[2])
