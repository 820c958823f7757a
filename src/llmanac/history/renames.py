"""Matches removed offers with added ones that are the same offer under another id at the same host.

Hosts add a suffix (``…-TEE``), move models to another path (``TheDrummer 2/x``, ``TheDrummer/x``), or change how
they spell versions (``claude-opus-4-5``, ``claude-opus-4.5``). Reported as one removal and one addition, each
rename would be listed twice.
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
"""The parts of an id that distinguish two offers of one model at one host: a variant, a region, a plan, a queue."""

PATH_MARKS = frozenset({"~", "tee"})
"""The marks that precede a name rather than being part of it."""

Identity: TypeAlias = tuple[str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Rename:
    """One offer under its former and its new id."""

    before: Offer
    after: Offer


def find_renames(
    gone: Iterable[Offer], new: Iterable[Offer], *, paths: frozenset[str] = frozenset()
) -> tuple[Rename, ...]:
    """The pairs with the same host, model and marks, each offer in at most one, sorted by the new id.

    ``paths`` are the paths under which hosts still list any offer (see ``path_of``): an offer is not taken to have
    moved away from one of these. At a router, the path may be the host that it passes requests to.
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
    """The two keys of which an offer keeps one when renamed: host, model and marks; or host and squeezed name."""
    marks = frozenset(MARKS.findall(offer.model.casefold()))
    # Not Offer.base, which may derive from a feed of only one of the two days.
    return (offer.provider, base_of(offer.model), marks), (offer.provider, _squeezed(offer), marks & PATH_MARKS)


def _may_have_moved(before: Offer, after: Offer, paths: frozenset[str]) -> bool:
    old, new = path_of(before), path_of(after)
    return old == new or before.provider in (old, new) or old not in paths


def _likeness(before: Offer, after: Offer) -> float:
    one, other = _squeezed(before), _squeezed(after)
    return 2.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _squeezed(offer: Offer) -> str:
    """The squeezed name, without the path before it."""
    return squeeze(offer.model.rpartition("/")[2])
