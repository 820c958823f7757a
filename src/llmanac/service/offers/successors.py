"""What to take in place of an offer that is on its way out, or of an id that is not listed (any more).

The newest version of the line that its name tells (``claude opus``, ``gemini flash``) at the same host, else the same
model under another id there. No feed names successors: this is a suggestion, drawn from how labs name their models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from llmanac.domain.naming import base_of
from llmanac.domain.records import Offer
from llmanac.search.index.buffers import Buffer, Keys, joined, part_of
from llmanac.search.index.lineage import lineage

GOING = frozenset({"deprecated", "retired"})
"""What ``status`` says of an offer that is not to be built upon any more."""


class Lines:
    """Document numbers of offers by the line of their models.

    Two keys may have one digest: whoever looks one up compares it with the offer's own.
    """

    __slots__ = ("current", "own")

    def __init__(self, *, current: Keys, own: Keys) -> None:
        self.current = current
        """By provider and line: offers that are not on their way out."""
        self.own = own
        """By line: offers at the host of the lab that made the model."""

    @classmethod
    def of(cls, offers: Iterable[Offer], *, ending: Collection[str] = ()) -> Lines:
        """The lines of a catalog's offers. ``ending`` are ids of those whose last day is known."""
        lines: dict[str, tuple[str, ...]] = {}
        current: list[tuple[str, int]] = []
        own: list[tuple[str, int]] = []
        for number, offer in enumerate(offers):
            line = lines.get(offer.base) or lines.setdefault(offer.base, lineage(offer.base).line)
            if offer.status not in GOING and offer.id not in ending:
                current.append((_key(offer.provider, line), number))
            if offer.first_party:
                own.append((_key("", line), number))
        return cls(current=Keys.of(current), own=Keys.of(own))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Lines:
        """The lines that these buffers hold."""
        return cls(**{name: Keys.unpack(part_of(buffers, name)) for name in cls.__slots__})

    def pack(self) -> Mapping[str, Buffer]:
        """The lines as buffers."""
        return joined({name: getattr(self, name) for name in self.__slots__})


class Successors:
    """The offers of each host by line. Frozen; belongs to one catalog."""

    __slots__ = ("_lines", "_offers")

    def __init__(self, offers: Sequence[Offer], lines: Lines) -> None:
        self._offers = offers
        self._lines = lines

    def after(self, offer: Offer) -> Offer | None:
        """What to take in place of an offer that is listed."""
        return self._at(offer.provider, offer.base, besides=offer.model)

    def after_unlisted(self, model_id: str, providers: Iterable[str] = ()) -> Offer | None:
        """What to take in place of a host's own id that is not listed, at the first of these hosts that has it.

        Without hosts, the lab's own are asked.
        """
        base = base_of(model_id)
        hosts = tuple(providers) or self._own_hosts(lineage(base).line)
        found = (self._at(host, base, besides=model_id) for host in hosts)
        return next((offer for offer in found if offer is not None), None)

    def _at(self, provider: str, base: str, *, besides: str) -> Offer | None:
        """The newest of a line, under its plainest id; the model itself is the newest where there is no newer."""
        of_it = lineage(base)
        current = [
            (version, offer)
            for version, offer in self._current(provider, of_it.line)
            if (offer.base == base and offer.model != besides) or version > of_it.version
        ]
        newest = max((version for version, _ in current), default=0.0)
        ids = [offer for version, offer in current if version == newest]
        return min(ids, key=lambda it: (len(it.model), it.model), default=None)

    def _current(self, provider: str, line: tuple[str, ...]) -> Iterator[tuple[float, Offer]]:
        """The offers of a line at a host, each with the version of its model."""
        for number in self._lines.current[_key(provider, line)]:
            offer = self._offers[number]
            of_it = lineage(offer.base)
            if (offer.provider, of_it.line) == (provider, line):
                yield of_it.version, offer

    def _own_hosts(self, line: tuple[str, ...]) -> tuple[str, ...]:
        """The hosts of labs that serve a line of their own."""
        offers = (self._offers[number] for number in self._lines.own[_key("", line)])
        return tuple(dict.fromkeys(offer.provider for offer in offers if lineage(offer.base).line == line))


def _key(provider: str, line: tuple[str, ...]) -> str:
    return f"{provider} {'-'.join(line)}"
