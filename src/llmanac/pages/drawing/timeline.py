"""Lays out an offer's price history as a step chart, from its recorded changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10

from llmanac.domain.records import Offer
from llmanac.history.change import ChangeKind, RecordedChange
from llmanac.pages.drawing import formatting

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 112, 12, 26
RATES = ("output", "input")
GRID_LINES = 4
LABEL_ROOM = 78
ROUND_STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class PriceStep:
    """The price from a day on; None where it is unknown."""

    day: date
    price: float | None


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """The prices of one rate over time."""

    rate: str
    steps: tuple[PriceStep, ...]
    path: str
    """SVG path data, in a drawing of WIDTH by HEIGHT."""
    end: float
    """The vertical position of its end."""
    last: str
    """Its last price, as text."""


@dataclass(frozen=True, slots=True)
class PriceTimeline:
    """The chart of an offer's prices from a first day to a last, ready to be drawn."""

    first: date
    last: date
    series: tuple[PriceSeries, ...]
    up: tuple[tuple[float, str], ...]
    across: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The mapping from days and prices to positions."""

    first: date
    last: date
    top: float

    def across(self, day: date) -> float:
        ratio = (day - self.first).days / (self.last - self.first).days
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ratio, 1)

    def up(self, price: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * price / self.top, 1)


def draw(
    offer: Offer,
    changes: Sequence[RecordedChange],
    *,
    first: date,
    last: date,
    day_of: Callable[[int], date],
) -> PriceTimeline | None:
    """Lay out the prices of an offer; None where they never changed, or where ``last`` is not after ``first``.

    ``changes`` are newest first; ``day_of`` returns the day on which the epoch of a number began.
    """
    histories = {rate: tuple(_steps(offer, rate, changes, first=first, day_of=day_of)) for rate in RATES}
    prices = [step.price for steps in histories.values() for step in steps if step.price is not None]
    if last <= first or not prices or all(len(steps) == 1 for steps in histories.values()):
        return None
    frame = _Frame(first, last, _round_up(max(prices)) or 1.0)
    days = sorted({first, last, *(step.day for steps in histories.values() for step in steps)})
    grid = [frame.top * line / GRID_LINES for line in range(GRID_LINES + 1)]
    return PriceTimeline(
        first,
        last,
        tuple(_series(rate, steps, frame) for rate, steps in histories.items() if steps[-1].price is not None),
        tuple((frame.up(price), f"${price:g}") for price in grid),
        tuple((frame.across(day), str(day)) for day in _with_room(days, frame)),
    )


def _steps(
    offer: Offer, rate: str, changes: Iterable[RecordedChange], *, first: date, day_of: Callable[[int], date]
) -> Sequence[PriceStep]:
    """The steps of a rate, oldest first: derived backwards from today's price."""
    now: Decimal | None = getattr(offer.price.rates, rate)
    price = None if now is None else float(now)
    steps = []
    for recorded in changes:
        if recorded.change.kind is not ChangeKind.PRICE:
            continue
        for difference in recorded.change.differences:
            if difference.field == rate:
                steps.append(PriceStep(day_of(recorded.epoch), price))
                price = float(difference.before) if isinstance(difference.before, int | float) else None
    return [PriceStep(first, price), *reversed(steps)]


def _series(rate: str, steps: tuple[PriceStep, ...], frame: _Frame) -> PriceSeries:
    """The step line of a rate, with gaps where its price is unknown."""
    path, is_drawing = [], False
    for number, step in enumerate(steps):
        until = steps[number + 1].day if number + 1 < len(steps) else frame.last
        if step.price is not None:
            move = "L" if is_drawing else "M"
            path.append(f"{move}{frame.across(step.day)} {frame.up(step.price)}H{frame.across(until)}")
        is_drawing = step.price is not None
    price = steps[-1].price or 0.0
    return PriceSeries(rate, steps, "".join(path), frame.up(price), formatting.money(Decimal(str(price))))


def _with_room(days: Sequence[date], frame: _Frame) -> Sequence[date]:
    """The days whose labels do not overlap, always with the first."""
    kept = [days[0]]
    for day in days[1:]:
        if frame.across(day) - frame.across(kept[-1]) >= LABEL_ROOM:
            kept.append(day)
    return kept


def _round_up(price: float) -> float:
    """The next round number, as listed in ROUND_STEPS."""
    if price <= 0:
        return 0.0
    unit = 10.0 ** floor(log10(price))
    return next(step * unit for step in ROUND_STEPS if step * unit >= price * 0.9999)
