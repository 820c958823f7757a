"""Suggests successors for offers that are being retired, and for ids that are not listed (any more).

The successor is the newest version of the line in its name (``claude opus``, ``gemini flash``) at the same host, else
the same model under another id there. No feed names successors: these are guesses from the labs' naming of models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from llmanac.domain.naming import base_of
from llmanac.domain.records import Offer
from llmanac.search.index.buffers import Buffer, Keys, joined, part_of
from llmanac.search.index.lineage import lineage

RETIRING_STATUSES = frozenset({"deprecated", "retired"})
"""Values of ``status`` for an offer that nothing new should use."""


class Lines:
    """Document numbers of offers by the line of their models.

    Keys are digests, which may collide: a lookup compares the line with the offer's own.
    """

    __slots__ = ("current", "own")

    def __init__(self, *, current: Keys, own: Keys) -> None:
        self.current = current
        """By provider and line: offers that are not being retired."""
        self.own = own
        """By line: first-party offers."""

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> Lines:
        """The lines of a catalog's offers."""
        lines: dict[str, str] = {}
        current: list[tuple[str, int]] = []
        own: list[tuple[str, int]] = []
        for number, offer in enumerate(offers):
            line = lines.get(offer.base) or lines.setdefault(offer.base, _joined(lineage(offer.base).line))
            if offer.status not in RETIRING_STATUSES and offer.lifecycle.retires_on is None:
                current.append((f"{offer.provider} {line}", number))
            if offer.first_party:
                own.append((f" {line}", number))
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
        """The successor of an offer that is listed; None where there is none."""
        return self._at(offer.provider, offer.base, besides=offer.model)

    def after_unlisted(self, model_id: str, providers: Iterable[str] = ()) -> Offer | None:
        """The successor of a host's own id that is not listed, at the first of these hosts that has one.

        Without hosts, the lab's own are searched.
        """
        base = base_of(model_id)
        hosts = tuple(providers) or self._own_hosts(lineage(base).line)
        found = (self._at(host, base, besides=model_id) for host in hosts)
        return next((offer for offer in found if offer is not None), None)

    def _at(self, provider: str, base: str, *, besides: str) -> Offer | None:
        """The newest offer of a line, by its shortest id; of the same model where there is no newer one."""
        retiring = lineage(base)
        current = [
            (version, offer)
            for version, offer in self._current(provider, retiring.line)
            if (offer.base == base and offer.model != besides) or version > retiring.version
        ]
        newest = max((version for version, _ in current), default=0.0)
        ids = [offer for version, offer in current if version == newest]
        return min(ids, key=lambda it: (len(it.model), it.model), default=None)

    def _current(self, provider: str, line: tuple[str, ...]) -> Iterator[tuple[float, Offer]]:
        """The offers of a line at a host, each with the version of its model."""
        for number in self._lines.current[_key(provider, line)]:
            offer = self._offers[number]
            found = lineage(offer.base)
            if (offer.provider, found.line) == (provider, line):
                yield found.version, offer

    def _own_hosts(self, line: tuple[str, ...]) -> tuple[str, ...]:
        """The hosts with first-party offers of a line."""
        offers = (self._offers[number] for number in self._lines.own[_key("", line)])
        return tuple(dict.fromkeys(offer.provider for offer in offers if lineage(offer.base).line == line))


def _key(provider: str, line: tuple[str, ...]) -> str:
    return f"{provider} {_joined(line)}"


def _joined(line: tuple[str, ...]) -> str:
    return "-".join(line)
