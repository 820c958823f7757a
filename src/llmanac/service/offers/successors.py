"""What to take in place of an offer that is on its way out, or of an id that is not listed (any more).

The newest version of the line that its name tells (``claude opus``, ``gemini flash``) at the same host, else the same
model under another id there. No feed names successors: this is a suggestion, drawn from how labs name their models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of
from llmanac.domain.records import Offer
from llmanac.search.index.lineage import Lineage, lineage

GOING = frozenset({"deprecated", "retired"})
"""What ``status`` says of an offer that is not to be built upon any more."""


class Successors:
    """The offers of each host by line. Frozen; belongs to one catalog."""

    __slots__ = ("_current", "_lineages", "_own_hosts")

    def __init__(self, catalog: CatalogData, *, ending: Collection[str] = ()) -> None:
        """``ending`` are ids of offers whose last day is known: none of them succeeds another."""
        self._lineages = {base: lineage(base) for base in catalog.models}
        self._current: defaultdict[tuple[str, tuple[str, ...]], list[Offer]] = defaultdict(list)
        self._own_hosts: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for offer in catalog.offers:
            line = self._lineages[offer.base].line
            if offer.status not in GOING and offer.id not in ending:
                self._current[offer.provider, line].append(offer)
            if offer.first_party:
                self._own_hosts[line][offer.provider] = None

    def after(self, offer: Offer) -> Offer | None:
        """What to take in place of an offer that is listed."""
        return self._at(offer.provider, offer.base, besides=offer.model)

    def after_unlisted(self, model_id: str, providers: Iterable[str] = ()) -> Offer | None:
        """What to take in place of a host's own id that is not listed, at the first of these hosts that has it.

        Without hosts, the lab's own are asked.
        """
        base = base_of(model_id)
        hosts = tuple(providers) or self._own_hosts.get(self._lineage(base).line, {})
        found = (self._at(host, base, besides=model_id) for host in hosts)
        return next((offer for offer in found if offer is not None), None)

    def _at(self, provider: str, base: str, *, besides: str) -> Offer | None:
        """The newest of a line, under its plainest id; the model itself is the newest where there is no newer."""
        of_it = self._lineage(base)
        current = [
            it
            for it in self._current.get((provider, of_it.line), ())
            if (it.base == base and it.model != besides) or self._lineages[it.base].version > of_it.version
        ]
        newest = max((self._lineages[it.base].version for it in current), default=())
        ids = [it for it in current if self._lineages[it.base].version == newest]
        return min(ids, key=lambda it: (len(it.model), it.model), default=None)

    def _lineage(self, base: str) -> Lineage:
        return self._lineages.get(base) or lineage(base)
