"""Decides which base model a listing is of, where a host's id and models.dev's ``canonical_model_id`` disagree.

The canonical id is right nearly always: it knows that ``ox-alpha`` is GLM 5.3 Flash, and what a ``-latest`` points to.
It is wrong where somebody linked an id to its neighbour. So the id's own name is kept, away from its lab's own hosts,

- where it says more than the linked name, and most hosts that use it are linked to a model of this name: a distilled
  or a dated ``deepseek-r1-0528`` is not ``deepseek-r1``; or where the linked name adds a word for a stage to it;
- where it says another version, and its host lists the linked model, too: ``claude-sonnet-4`` is not 4.5;
- where it states a tier that the linked name does not have: ``glm-5.3-flashx`` is not ``glm-5.3-flash``;
- where it states a version, and the linked name neither a version nor a date: ``fugu-ultra-v2`` is not ``fugu-ultra``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from llmanac.domain.naming import base_of
from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.labs import lab_of

TIERS = frozenset({"airx", "flashx", "highspeed", "max", "mini", "nano", "ultraspeed"})
"""Words of a name for a model or a queue at another price."""
_DAY_DIGITS = (6, 8)
_SERVING = re.compile(r"[:@].*$|-(?:free|fp8|v1|instruct|it|tee|fast|latest)$")
"""The endings that hosts most often add to a name."""
_NUMBER = re.compile(r"(?:^|-)[a-z]?\d")


class BaseModels:
    """The base models of all listings. Frozen."""

    def __init__(self, hosts: Iterable[tuple[str, Iterable[ModelClaims]]]) -> None:
        self._names: dict[tuple[str, str | None], tuple[str, str]] = {}
        """The base of an id by its own name, and the one that it is linked to; of each id and link once."""
        self._linked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By the base of an id: how often models.dev links it to which base; to itself where there is no link."""
        self._listed: set[tuple[str, str]] = set()
        """The hosts with an id of a base, and with a link to that."""
        for host, listings in hosts:
            for it in listings:
                own, linked = self._names_of(it)
                self._linked[own][linked] += 1
                if own == linked:
                    self._listed.add((host, own))

    def base(self, host: str, listed: ModelClaims) -> str:
        """The key of the base model of a listing."""
        own, linked = self._names_of(listed)
        if own == linked or own.partition("-")[0] != linked.partition("-")[0]:
            return linked
        if _states_tier(own, linked) or _states_version(own, linked):
            return own
        lab = lab_of(linked, canonical=listed.canonical)
        if _NUMBER.search(own) is None or (lab is not None and host in lab.hosts):
            return linked  # a name that moves on, or one that the lab itself has moved
        return own if self._is_mislinked(host, own, linked) else linked

    def _names_of(self, listed: ModelClaims) -> tuple[str, str]:
        key = listed.id, listed.canonical
        names = self._names.get(key)
        if names is None:
            self._names[key] = names = _own_base(*key), base_of(listed.id, canonical=listed.canonical)
        return names

    def _is_mislinked(self, host: str, own: str, linked: str) -> bool:
        """Returns True if most hosts with this name are linked to a model of this name, which this host has beside it.

        Of a name that says more, or of which the linked one is a stage, that it is linked so elsewhere is enough.
        """
        if self._linked[own][own] <= self._linked[own][linked]:
            return False
        is_more = own.startswith(f"{linked}-") or linked.startswith(f"{own}-preview")
        return is_more or ((host, linked) in self._listed and not linked.startswith(f"{own}-"))


def _own_base(model_id: str, canonical: str | None) -> str:
    """The base of an id by its own name; the canonical one's where the id only adds a host's prefix or a day to it.

    That is what most do, and comparing letters takes a fraction of the time of the naming rules.
    """
    if canonical is None:
        return base_of(model_id)
    name, linked = (_SERVING.sub("", it.rpartition("/")[2].lower().replace(".", "-")) for it in (model_id, canonical))
    rest = name.removeprefix(linked).replace("-", "")
    is_alike = name.endswith(linked) or (rest.isdigit() and len(rest) in _DAY_DIGITS)
    return base_of(canonical if is_alike else model_id)


def _states_tier(own: str, linked: str) -> bool:
    """Returns True if a name has a word for a tier that another lacks."""
    return not TIERS.isdisjoint({*own.split("-")} - {*linked.split("-")})


def _states_version(own: str, linked: str) -> bool:
    """Returns True if a name has a number, and another that it begins with has none."""
    return own.startswith(f"{linked}-") and _NUMBER.search(own) is not None and _NUMBER.search(linked) is None
