"""The history of figures: which rates each source has stated for each of its records, since which of its feeds.

It tells which of two sources spoke last. It is kept as a feed of its own, beside those that it was made from, so that
whatever is built from feeds is built from it as well. For each source it has the feeds that it knows, and of each
record the versions of its rates: ``"0:5,25;2:4,20"`` is 5 and 25 from the first feed on, 4 and 20 from the third on. A
version without rates means that the record, or its price, was gone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

import orjson

from llmanac.domain.dates import day_of
from llmanac.domain.feed import FIGURES, FeedRef
from llmanac.domain.pricing import RATE_NAMES, Rates
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import pack
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.layer import Cost, Layer, ModelClaims

NOISE = Decimal("0.005")
"""The largest difference of two figures, relative to the larger, that counts as none."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a figure by a source: since when it has stated it without a break."""

    since: str
    """The date of the first feed of the unbroken run of feeds that state it, as that feed states it."""
    since_oldest: bool
    """True if that is the oldest feed that is known of the source: the figure may be older still."""


@dataclass(frozen=True, slots=True)
class DatedFeed:
    """A feed that the history knows: its date and its content's SHA-256."""

    date: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """The figures of one source, by the ids of its records; of a model at a host, ``provider/model``."""

    feeds: tuple[DatedFeed, ...]
    """The feeds, oldest first."""
    names: tuple[str, ...]
    """The names of the rates, in the order in which versions list them."""
    versions: Mapping[str, str]

    def until(self, ref: FeedRef) -> FigureLookup:
        """The figures as they were known with a feed: without those of later feeds."""
        known = next((n for n, it in enumerate(self.feeds) if it.sha256 == ref.sha256), None)
        earlier = bisect_right(self.feeds, ref.day, key=lambda it: day_of(it.date)) if known is None else known
        return FigureLookup(self, ref.date, earlier)

    def with_feed(self, ref: FeedRef, layer: Layer) -> SourceFigures:
        """The figures with those of a newer feed; of one that is not newer, the same."""
        if self.feeds and ref.day < day_of(self.feeds[-1].date):
            return self
        if any(it.sha256 == ref.sha256 for it in self.feeds):
            return self
        number = len(self.feeds)
        stated = stated_rates(layer, self.names)
        versions = dict(self.versions)
        for id_, rates in stated.items():
            known = versions.get(id_)
            if known is None:
                if rates:
                    versions[id_] = f"{number}:{rates}"
            elif known[known.rindex(":") + 1 :] != rates:
                versions[id_] = f"{known};{number}:{rates}"
        for id_ in versions.keys() - stated.keys():
            if not versions[id_].endswith(":"):
                versions[id_] += f";{number}:"
        return SourceFigures((*self.feeds, DatedFeed(ref.date, ref.sha256)), self.names, versions)


@dataclass(frozen=True, slots=True)
class FigureLookup:
    """The figures of one source up to one of its feeds."""

    figures: SourceFigures
    today: str
    """The date of that feed."""
    earlier: int
    """The number of feeds before it."""

    def statement(self, id: str, rate: str, value: Decimal) -> Statement:  # noqa: A002 -- a record's
        """The statement of a figure that the feed states of a record."""
        run = list(takewhile(lambda it: is_same(it[1], value), self._values(id, rate)))
        if not run:
            return Statement(self.today, self.earlier == 0)
        oldest = run[-1][0]
        return Statement(self.figures.feeds[oldest].date, oldest == 0)

    def has_left(self, id: str, rate: str, value: Decimal) -> bool:  # noqa: A002 -- a record's
        """Returns True if the source stated a figure of a record before, where today it states another one."""
        return any(is_same(stated, value) for _, stated in self._values(id, rate))

    def _values(self, id: str, rate: str) -> Iterator[tuple[int, Decimal | None]]:  # noqa: A002 -- a record's
        """The values of a rate before this feed, the newest first, each with the number of the first feed that has it.

        None where the source stated none.
        """
        text = self.figures.versions.get(id)
        if text is None or rate not in self.figures.names:
            return
        place = self.figures.names.index(rate)
        for version in reversed(text.split(";")):
            number, _, rates = version.partition(":")
            if int(number) < self.earlier:
                stated = rates.split(",")
                yield int(number), _decimal(stated[place]) if place < len(stated) else None


@dataclass(frozen=True, slots=True)
class FigureHistory:
    """The figures of all sources, by the source's name."""

    sources: Mapping[str, SourceFigures]

    @classmethod
    def read(cls, feed: Feed) -> FigureHistory:
        """The history that a feed holds. Raises InvalidSource where it is damaged."""
        try:
            stated = orjson.loads(feed.text)
            return cls({name: _source_of(it) for name, it in stated.items()})
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidSource(f"{feed.name} ({feed.ref.origin}): no history of figures; install it anew.") from error

    def with_feeds(self, layers: Iterable[tuple[FeedRef, Layer]]) -> FigureHistory:
        """The history with newer feeds, oldest first."""
        sources = dict(self.sources)
        for ref, layer in layers:
            sources[ref.name] = sources.get(ref.name, EMPTY).with_feed(ref, layer)
        return FigureHistory(sources)

    def feed(self, *, origin: str) -> Feed:
        """The history as a feed, dated by the newest of its feeds."""
        content = {
            name: {
                "feeds": [[feed.date, feed.sha256] for feed in it.feeds],
                "rates": it.names,
                "versions": dict(sorted(it.versions.items())),
            }
            for name, it in sorted(self.sources.items())
        }
        newest = max((it.feeds[-1].date for it in self.sources.values() if it.feeds), key=day_of)
        return Feed.of(pack(orjson.dumps(content)), name=FIGURES, origin=origin, date=newest)

    def until(self, ref: FeedRef) -> FigureLookup:
        """The figures of a feed's source as they were known with that feed."""
        return self.sources.get(ref.name, EMPTY).until(ref)


EMPTY = SourceFigures((), RATE_NAMES, {})
NO_HISTORY = FigureHistory({})


def figures_of(claims: ModelClaims) -> Rates:
    """The rates of a record that are compared with those of other sources."""
    return claims.rates


def stated_rates(layer: Layer, names: Iterable[str]) -> dict[str, str]:
    """The rates of every record of a layer, as a version lists them, by the record's id."""
    written: dict[int, str] = {}
    places = tuple(names)

    def write(cost: Cost | None) -> str:
        """The rates of a cost block; many records share it, so it is written once."""
        if cost is None:
            return ""
        text = written.get(id(cost))
        if text is None:
            rates = [getattr(cost.rates, name) for name in places]
            written[id(cost)] = text = ",".join(_text(it) for it in rates).rstrip(",")
        return text

    stated = {f"{host.id}/{it.id}": write(it.cost) for host in layer.providers for it in host.models}
    return stated | {it.id: write(it.cost) for it in layer.models}


def is_same(one: Decimal | None, other: Decimal) -> bool:
    """Returns True if two figures are equal, but for noise."""
    return one is not None and (one == other or abs(one - other) <= NOISE * max(one, other))


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _source_of(stated: Mapping[str, object]) -> SourceFigures:
    feeds, names, versions = stated["feeds"], stated["rates"], stated["versions"]
    if not (isinstance(feeds, list) and isinstance(names, list) and isinstance(versions, dict)):
        raise TypeError
    return SourceFigures(tuple(DatedFeed(*feed) for feed in feeds), tuple(names), versions)
