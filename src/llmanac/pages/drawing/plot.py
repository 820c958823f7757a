"""Lays out the scatter plot of prices as SVG coordinates, so that it needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor, log10

from llmanac.domain.dates import day_of
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Offer
from llmanac.pages.drawing import formatting

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 14, 30
FREE_BAND = 26
"""Height of the strip for free offers, which have no place on a logarithmic axis."""
LABEL_HEIGHT = 13
LETTER_WIDTH = 6.1
GAP = 8
"""Distance between a point and its label."""
MOST_LABELS = 24
LEAST_PRICE = 0.01
MIDDLE = 15
"""Day of the month at which a release is drawn whose day is unknown."""

PRICE_TICKS = (0.01, 0.1, 1, 10, 100, 1000)
CONTEXT_TICKS = (
    *(1_000, 4_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000),
    *(1_000_000, 2_000_000, 4_000_000, 10_000_000),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis of the plot."""

    label: str
    value: Callable[[Offer], float | None]
    logarithmic: bool
    ticks: Callable[[float, float], Sequence[tuple[float, str]]]


def _day(offer: Offer) -> float | None:
    if offer.release_date is None:
        return None
    return float(day_of(offer.release_date, in_month=MIDDLE).toordinal())


def _context_ticks(least: float, most: float) -> Sequence[tuple[float, str]]:
    return [(tick, formatting.tokens(tick)) for tick in CONTEXT_TICKS if least <= tick <= most]


def _year_ticks(least: float, most: float) -> Sequence[tuple[float, str]]:
    first, last = date.fromordinal(int(least)).year, date.fromordinal(int(most)).year
    months = (1, 7) if last - first < 3 else (1,)  # noqa: PLR2004 -- for more years there is no room
    days = [date(year, month, 1) for year in range(first, last + 1) for month in months]
    return [(it.toordinal(), f"{it:%b %Y}") for it in days if least <= it.toordinal() <= most]


def _share_ticks(least: float, most: float) -> Sequence[tuple[float, str]]:
    return [(it / 10, f"{it * 10}%") for it in range(0, 11, 2) if least <= it / 10 <= most]


AXES: Mapping[str, Axis] = {
    "context": Axis("context window", lambda offer: offer.limits.context, logarithmic=True, ticks=_context_ticks),
    "date": Axis("release date", _day, logarithmic=False, ticks=_year_ticks),
    "popularity": Axis("popularity", lambda offer: offer.popularity, logarithmic=False, ticks=_share_ticks),
}
"""The axes by the value of the page's parameter ``plot``."""
NO_PLOT = "none"
FIRST = "context"


@dataclass(frozen=True, slots=True)
class Point:
    """An offer in the plot: ``x`` and ``y`` are its values, ``left`` and ``top`` its position."""

    offer: Offer
    x: float
    y: float
    left: float
    top: float
    label: str | None = None
    """The name written beside it; None where there is no room."""
    label_left: float = 0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot in SVG units, WIDTH by HEIGHT."""

    axis: Axis
    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    has_free: bool
    left_out: int
    """The number of offers left out because a value is unknown."""


def draw(offers: Iterable[Offer], axis: Axis) -> Plot:
    """Lay out the plot of these offers; the first ones are labelled first."""
    known, left_out = [], 0
    for offer in offers:
        x, y = axis.value(offer), _price(offer)
        if x is None or y is None:
            left_out += 1
        else:
            known.append((offer, x, y))
    if not known:
        return Plot(axis, (), (), (), has_free=False, left_out=left_out)
    has_free = any(y == 0 for _, _, y in known)
    across = _Scale.around([x for _, x, _ in known], LEFT, WIDTH - RIGHT, logarithmic=axis.logarithmic)
    floor_line = HEIGHT - BOTTOM - (FREE_BAND if has_free else 0)
    up = _Scale.around([max(y, LEAST_PRICE) for _, _, y in known if y], floor_line, TOP, logarithmic=True)
    points = [
        Point(offer, x, y, across.place(x), up.place(max(y, LEAST_PRICE)) if y else HEIGHT - BOTTOM - FREE_BAND / 2)
        for offer, x, y in known
    ]
    return Plot(
        axis,
        tuple(_labelled(points)),
        tuple(Tick(across.place(value), label) for value, label in axis.ticks(across.least, across.most)),
        tuple(Tick(up.place(it), f"${it:g}") for it in PRICE_TICKS if up.least <= it <= up.most),
        has_free,
        left_out,
    )


def _price(offer: Offer) -> float | None:
    if offer.price.state not in (PriceState.KNOWN, PriceState.FREE) or offer.price.bound is None:
        return None
    return float(offer.price.bound)


@dataclass(frozen=True, slots=True)
class _Scale:
    """A mapping from values to positions: ``least`` to ``start``, ``most`` to ``end``."""

    least: float
    most: float
    start: float
    end: float
    logarithmic: bool

    @classmethod
    def around(cls, values: Sequence[float], start: float, end: float, *, logarithmic: bool) -> _Scale:
        """A scale over all values with a margin on both sides."""
        least, most = (min(values), max(values)) if values else (1.0, 10.0)
        if logarithmic:
            low, high = log10(least), log10(most)
            room = max(0.06 * (high - low), 0.12)
            return cls(
                10 ** (floor((low - room) * 20) / 20),
                10 ** (ceil((high + room) * 20) / 20),
                start,
                end,
                logarithmic=True,
            )
        room = 0.04 * (most - least) or 1
        return cls(least - room, most + room, start, end, logarithmic=False)

    def place(self, value: float) -> float:
        if self.logarithmic:
            ratio = (log10(value) - log10(self.least)) / (log10(self.most) - log10(self.least))
        else:
            ratio = (value - self.least) / (self.most - self.least)
        return round(self.start + ratio * (self.end - self.start), 1)


def _labelled(points: Sequence[Point]) -> Iterable[Point]:
    """The points, as many as possible with labels that do not overlap; each name is written once."""
    taken = [(point.left - 5, point.top - 5, point.left + 5, point.top + 5) for point in points]
    named: set[str] = set()
    for own, point in enumerate(points):
        name = point.offer.name or point.offer.model
        if name in named or len(named) == MOST_LABELS:
            yield point
            continue
        width = len(name) * LETTER_WIDTH
        for left, anchor in ((point.left + GAP, "start"), (point.left - GAP - width, "end")):
            box = (left, point.top - LABEL_HEIGHT / 2, left + width, point.top + LABEL_HEIGHT / 2)
            is_inside = left > LEFT and left + width < WIDTH
            if is_inside and not any(_overlap(box, other) for place, other in enumerate(taken) if place != own):
                taken.append(box)
                named.add(name)
                beside = point.left + (GAP if anchor == "start" else -GAP)
                yield replace(point, label=name, label_left=beside, anchor=anchor)
                break
        else:
            yield point


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
