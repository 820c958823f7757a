"""The history of figures: which rates each source has stated for each of its records, since which of its feeds.

It tells which of two sources spoke last. It is kept as a feed of its own, beside those that it was made from, so that
whatever is built from feeds is built from it as well. For each source it has the days of which it knows a feed, and of
each record the versions of its rates: ``"0:5,25;2:4,20"`` is 5 and 25 since the first day, 4 and 20 since the third. A
version without rates means that the record, or its price, was gone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile

import orjson

from llmanac.domain.dates import day_of
from llmanac.domain.feed import FIGURES, FeedRef
from llmanac.domain.pricing import RATE_NAMES, Rates, is_same_price
from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import compress_bytes
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.layer import Cost, Layer, ModelClaims


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a figure by a source: since when it has stated it without a break."""

    since: str
    """The date of the first feed of the unbroken run of feeds that state it, as that feed states it."""
    since_oldest: bool
    """True if that is the oldest feed that is known of the source: the figure may be older still."""


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """The figures of one source, by the ids of its records; of a model at a host, ``provider/model``."""

    days: tuple[str, ...]
    """The dates of its feeds, oldest first; of several feeds of one day, the last counts."""
    names: tuple[str, ...]
    """The names of the rates, in the order in which versions list them."""
    versions: Mapping[str, str]

    def until(self, ref: FeedRef) -> FigureLookup:
        """The figures as they were known with a feed: those of earlier days."""
        return FigureLookup(self, ref.date, bisect_left(self.days, ref.day, key=day_of))

    def with_feed(self, ref: FeedRef, layer: Layer) -> SourceFigures:
        """The figures with those of a feed; the same ones where a newer feed is known."""
        newest = day_of(self.days[-1]) if self.days else date.min
        if ref.day < newest:
            return self
        days = self.days if ref.day == newest else (*self.days, ref.date)
        number, versions = len(days) - 1, dict(self.versions)
        stated = stated_rates(layer, self.names)
        for id_ in versions.keys() - stated.keys():
            versions[id_] = _with_version(versions[id_], number, "")
        for id_, rates in stated.items():
            if rates or id_ in versions:
                versions[id_] = _with_version(versions.get(id_, ""), number, rates)
        return SourceFigures(days, self.names, {id_: it for id_, it in versions.items() if it})


@dataclass(frozen=True, slots=True)
class FigureLookup:
    """The figures of one source up to one of its feeds."""

    figures: SourceFigures
    today: str
    """The date of that feed."""
    earlier: int
    """The number of days before it of which there is a feed."""

    def statement(self, id: str, rate: str, value: Decimal) -> Statement | None:  # noqa: A002 -- a record's
        """The statement of a figure that the feed states of a record; None where the history has no such rates."""
        if rate not in self.figures.names:
            return None
        run = list(takewhile(lambda it: is_same_price(it[1], value), self._values(id, rate)))
        if not run:
            return Statement(self.today, self.earlier == 0)
        oldest = run[-1][0]
        return Statement(self.figures.days[oldest], oldest == 0)

    def has_left(self, id: str, rate: str, value: Decimal) -> bool:  # noqa: A002 -- a record's
        """Returns True if the source stated a figure of a record before, where today it states another one."""
        return any(is_same_price(stated, value) for _, stated in self._values(id, rate))

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
                "days": it.days,
                "rates": it.names,
                "versions": dict(sorted(it.versions.items())),
            }
            for name, it in sorted(self.sources.items())
        }
        newest = max((it.days[-1] for it in self.sources.values()), key=day_of)
        compressed = compress_bytes(orjson.dumps(content))
        return Feed.of_compressed(compressed, name=FIGURES, origin=origin, date=newest)

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


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _with_version(versions: str, number: int, rates: str) -> str:
    """The versions of a record with the rates that a feed states, where they differ from those before."""
    before, _, last = versions.rpartition(";")
    if last.startswith(f"{number}:"):  # of an earlier feed of the same day
        versions, last = before, before.rpartition(";")[2]
    if last[last.find(":") + 1 :] == rates:
        return versions
    return f"{versions};{number}:{rates}" if versions else f"{number}:{rates}"


def _source_of(stated: Mapping[str, object]) -> SourceFigures:
    days, names, versions = stated["days"], stated["rates"], stated["versions"]
    if not (isinstance(days, list) and isinstance(names, list) and isinstance(versions, dict)):
        raise TypeError
    return SourceFigures(tuple(days), tuple(names), versions)
