"""Suggests successors for offers that are being retired, and for ids that are not listed (any more).

The successor is the newest model of the line in its name (``claude opus``, ``gemini flash``) that stays, at the same
host, else at the lab's; of its size class, in its region, served in its mode, with its media. Of a line that its lab
goes on with under another name, it is the newest of that. No feed names successors: these are guesses from the labs'
naming of models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from llmanac.domain.naming import base_of, parameters_of, squeeze
from llmanac.domain.records import Modalities, Offer
from llmanac.search.index.buffers import Buffer, Keys, joined, part_of
from llmanac.service.offers.succession import Mismatch, is_newer, lines_after, mismatch, place_of

RETIRING_STATUSES = frozenset({"deprecated", "retired"})
"""Values of ``status`` for an offer that nothing new should use."""

LASTING = timedelta(days=180)
"""How far away the last day of a successor has to be, ..."""
MARGIN = timedelta(days=90)
"""... or how much later than that of what it succeeds."""

NO_LINE = ""
UNKNOWN_MEDIA = Modalities()


@dataclass(frozen=True, slots=True)
class Succession:
    """The successor of an offer, or the reason that there is none."""

    offer: Offer | None
    note: str | None
    """The reason that no offer succeeds it, or what the successor lacks, as a sentence; None where it lacks nothing."""


NO_SUCCESSION = Succession(None, None)
"""The succession of an offer that stays."""


class Lines:
    """Document numbers of offers by the line of their models.

    Keys are digests, which may collide: a lookup compares the line with the offer's own.
    """

    __slots__ = ("current", "own")

    def __init__(self, *, current: Keys, own: Keys) -> None:
        self.current = current
        """By provider and line: offers that are not called deprecated."""
        self.own = own
        """By line: first-party offers."""

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> Lines:
        """The lines of a catalog's offers."""
        current: list[tuple[str, int]] = []
        own: list[tuple[str, int]] = []
        for number, offer in enumerate(offers):
            line = place_of(offer.base).line
            if offer.status not in RETIRING_STATUSES:
                current.append((_key(offer.provider, line), number))
            if offer.first_party:
                own.append((_key(NO_LINE, line), number))
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

    __slots__ = ("_find_offer", "_lines", "_offers", "_today")

    def __init__(
        self,
        offers: Sequence[Offer],
        lines: Lines,
        *,
        today: date = date.min,
        find_offer: Callable[[str], Offer | None] = lambda _: None,
    ) -> None:
        """``today`` is the day of the catalog's newest feed; ``find_offer`` looks an offer up by its id."""
        self._find_offer = find_offer
        self._offers = offers
        self._lines = lines
        self._today = today

    def if_ending(self, offer: Offer) -> Succession:
        """The succession of an offer that is deprecated or has a last day; none of one that stays.

        The organisation may name a successor for either.
        """
        if own := self._own_successor(offer):
            return own
        is_ending = offer.status in RETIRING_STATUSES or offer.lifecycle.retires_on is not None
        return self.find(offer) if is_ending else NO_SUCCESSION

    def find(self, offer: Offer) -> Succession:
        """The successor of an offer that is listed, or the reason that there is none."""
        if own := self._own_successor(offer):
            return own
        line = place_of(offer.base).line
        hosts = tuple(dict.fromkeys((offer.provider, *self._own_hosts(line))))
        return self._among(hosts, offer)

    def _own_successor(self, offer: Offer) -> Succession | None:
        """The successor that the organisation names; None where it names none, or one that is not listed."""
        named = offer.own.successor if offer.own else None
        if named is None:
            return None
        found = self._find_offer(named)
        return Succession(found, None) if found is not None else None

    def after_unlisted(
        self, model_id: str, providers: Iterable[str] = (), *, media: Modalities = UNKNOWN_MEDIA
    ) -> Offer | None:
        """The successor of a host's own id that is not listed, at the first of these hosts that has one.

        The lab's own are searched after these. A model that is listed there under another id succeeds itself.
        """
        base = base_of(model_id)
        hosts = tuple(dict.fromkeys((*providers, *self._own_hosts(place_of(base).line))))
        gone = Offer(provider=hosts[0] if hosts else "", model=model_id, base=base, modalities=media)
        for host in hosts:
            same = [it for it in self._same_model(host, gone) if self._mismatch(gone, it) is None]
            if found := _best(same, gone) if same else self._among((host,), gone).offer:
                return found
        return None

    def _among(self, hosts: Sequence[str], retiring: Offer) -> Succession:
        """The successor at the first of these hosts that has one, in its line or one that continues it."""
        seen: dict[Mismatch | None, list[Offer]] = {}
        for host in hosts:
            for offers in self._by_preference(host, retiring):
                for offer in offers:
                    seen.setdefault(self._mismatch(retiring, offer), []).append(offer)
                if fitting := seen.get(None):
                    return Succession(_best(fitting, retiring), None)
            if shorter := seen.get(Mismatch.CONTEXT):
                best = _best(shorter, retiring)
                return Succession(best, f"Its context is shorter: {best.limits.context:,} tokens.")
        return Succession(None, _reason(retiring, hosts, seen))

    def _by_preference(self, host: str, retiring: Offer) -> Iterator[list[Offer]]:
        """The newer models of its line at a host, the same model under other ids, and the lines that continue it."""
        line = place_of(retiring.base).line
        yield self._newer(host, line, retiring)
        yield self._same_model(host, retiring)
        for continued in lines_after(line):
            yield self._newer(host, continued, retiring)

    def _newer(self, host: str, line: str, retiring: Offer) -> list[Offer]:
        return [
            it
            for it in self._current(host, line)
            if it.base != retiring.base
            and is_newer(it.base, it.release_date, than=retiring.base, than_released=retiring.release_date)
        ]

    def _same_model(self, host: str, retiring: Offer) -> list[Offer]:
        line = place_of(retiring.base).line
        return [it for it in self._current(host, line) if it.base == retiring.base and it.id != retiring.id]

    def _mismatch(self, retiring: Offer, newer: Offer) -> Mismatch | None:
        return mismatch(retiring, newer) if self._stays(newer, retiring) else Mismatch.ENDING

    def _stays(self, offer: Offer, retiring: Offer) -> bool:
        """Returns True if an offer has no last day, or one that is far away, or much later than the retiring one's."""
        last, before = offer.lifecycle.retires_on, retiring.lifecycle.retires_on
        if last is None or last.day > self._today + LASTING:
            return True
        return before is not None and last.day - max(before.day, self._today) >= MARGIN

    def _current(self, provider: str, line: str) -> Iterator[Offer]:
        """The offers of a line at a host that are not called deprecated."""
        for number in self._lines.current[_key(provider, line)]:
            offer = self._offers[number]
            if offer.provider == provider and place_of(offer.base).line == line:
                yield offer

    def _own_hosts(self, line: str) -> tuple[str, ...]:
        """The hosts with first-party offers of a line, or of one that continues it."""
        for each in (line, *lines_after(line)):
            offers = (self._offers[number] for number in self._lines.own[_key(NO_LINE, each)])
            hosts = tuple(dict.fromkeys(it.provider for it in offers if place_of(it.base).line == each))
            if hosts:
                return hosts
        return ()


def _best(found: Sequence[Offer], retiring: Offer) -> Offer:
    """The newest of these offers, the closest in size, under the plainest id."""

    def newness(offer: Offer) -> tuple[float, str, bool, str]:
        place = place_of(offer.base)
        return place.version, place.date, not place.is_early, offer.release_date or ""

    newest = max(map(newness, found))
    return min((it for it in found if newness(it) == newest), key=lambda it: _plainness(retiring, it))


def _plainness(retiring: Offer, offer: Offer) -> tuple[float, bool, bool, int, str]:
    """The sort key of offers of one model, the best first: size, path and form of the id like those of the retiring."""
    before, after = parameters_of(retiring.base), parameters_of(offer.base)
    ratio = 1.0 if before is None or after is None else max(before, after) / min(before, after)
    path, _, leaf = offer.model.rpartition("/")
    is_plain = squeeze(leaf) == squeeze(offer.base)
    return ratio, path != retiring.model.rpartition("/")[0], not is_plain, len(offer.model), offer.model


def _reason(retiring: Offer, hosts: Sequence[str], seen: Mapping[Mismatch | None, Sequence[Offer]]) -> str:
    """Why nothing succeeds an offer: what its line lacks, or what the closest of the newer ones lacks."""
    line = place_of(retiring.base).line
    where = " and ".join(hosts[:2]) or "any host"
    if not seen:
        return f"No newer model of its line ({line}) is listed at {where}."
    nearest = max((it for it in seen if it is not None), key=list(Mismatch).index)
    return f"The newer models of its line ({line}) at {where} {nearest.value}, such as {seen[nearest][0].id}."


def _key(provider: str, line: str) -> str:
    return f"{provider} {line}"
