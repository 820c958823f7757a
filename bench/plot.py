"""The curve: what a search costs, by how large the catalog is, both on scales of powers of ten. An SVG of our own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 50, 60
COLOURS = ("#0b6e4f", "#5aa98c", "#b5451c", "#dc9a76", "#3f5f9e")

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #333 }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #ddd }
.plot { fill: #fff }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .plot { fill: #1b1b1b } }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plot: entries and milliseconds."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(lines: Sequence[Line], *, title: str) -> str:
    """The plot as SVG."""
    paper = _Paper.of([point for line in lines for point in line.points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="plot" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
        *_grid(paper),
        *(part for line, colour in zip(lines, COLOURS, strict=False) for part in _line(line, colour, paper)),
        *_names(lines, paper),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Powers of ten, from one end of the paper to the other."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def of(cls, values: Sequence[float], start: float, end: float) -> _Scale:
        return cls(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))), start, end)

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / max(1, self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def powers(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where points are drawn."""

    across: _Scale
    up: _Scale

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> _Paper:
        xs, ys = zip(*points, strict=True)
        return cls(_Scale.of(xs, LEFT, WIDTH - RIGHT), _Scale.of(ys, HEIGHT - BOTTOM, TOP))


def _grid(paper: _Paper) -> list[str]:
    parts = []
    for x in paper.across.powers:
        at = paper.across.place(x)
        parts.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{x:,.0f}</text>')
    for y in paper.up.powers:
        at = paper.up.place(y)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{y:g} ms</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">entries in the catalog</text>')
    return parts


def _line(line: Line, colour: str, paper: _Paper) -> list[str]:
    places = [(paper.across.place(x), paper.up.place(y)) for x, y in line.points]
    path = " ".join(f"{x},{y}" for x, y in places)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places),
    ]


def _names(lines: Sequence[Line], paper: _Paper) -> list[str]:
    """Each line's name at its end, moved down where two ends are close."""
    ends = sorted(
        (paper.up.place(line.points[-1][1]), paper.across.place(line.points[-1][0]), line.name, colour)
        for line, colour in zip(lines, COLOURS, strict=False)
    )
    parts, last = [], 0.0
    for y, x, name, colour in ends:
        last = max(y + 4, last + 16)
        parts.append(f'<text x="{x + 10}" y="{last}" style="fill:{colour}">{escape(name)}</text>')
    return parts
