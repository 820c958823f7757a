"""Put a run that was kept into the docs: the table, and the curve.

    python -m bench.document bench/results/FILE.json

mdformat breaks the lines and sets the tables, as it does in every page; `make setup` installs it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.plot import Line, draw
from bench.report import COSTS_HEAD, Report, markdown

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, CURVE = DOCS / "performance.md", DOCS / "search-cost.svg"
BEGIN, END = "<!-- the table of the last full run: python -m bench.document -->", "<!-- end of the table -->"

COSTS = "What one answer costs, by server, with 32 connections but where it is said otherwise:"

CURVES = (
    ("llmanac, p50", "llmanac", "p50_ms"),
    ("llmanac, p99", "llmanac", "p99_ms"),
    ("MiniSearch, p50", "minisearch", "p50_ms"),
    ("MiniSearch, p99", "minisearch", "p99_ms"),
)


def main() -> None:
    """Write the table and the curve of the run that is named."""
    report = Report.read(Path(sys.argv[1]))
    lines = curves(report)
    tables = f"{markdown(report.rows())}\n\n{COSTS}\n\n{markdown(report.costs(), head=COSTS_HEAD)}\n\n{growth(lines)}"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{describe(report)}\n\n{tables}\n{END}{after}", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "mdformat", str(PAGE)], check=True)
    CURVE.write_text(draw(lines, title="What a search costs, by size of the catalog"), encoding="utf-8")


def describe(report: Report) -> str:
    """A sentence on where and when."""
    machine = report.machine
    averages = ", ".join(f"{average:g}" for average in report.load_average)
    return (
        f"{report.date}, {machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, {machine.system}, "
        f"Python {machine.python}. Load averages before and between the parts: {averages}."
    )


def curves(report: Report) -> list[Line]:
    """The lines of the plot: each engine's median and slow end on every size that it was measured on."""
    runs = [details for name, details in report.details.items() if name.startswith("search, ")]
    lines = []
    for name, engine, figure in CURVES:
        measured = [run[engine] for run in runs if run[engine] is not None]
        points = [(asking["entries"], sorted(asking[figure])[len(asking[figure]) // 2]) for asking in measured]
        if points:
            lines.append(Line(name, points))
    return lines


def growth(lines: Sequence[Line]) -> str:
    """A sentence on the growth of search times with the catalog."""
    points = {line.name: line.points for line in lines}
    (smallest, median), (largest, median_then) = points["llmanac, p50"][0], points["llmanac, p50"][-1]
    (_, slow), (_, slow_then) = points["llmanac, p99"][0], points["llmanac, p99"][-1]
    return (
        f"From {smallest:,} entries to {largest:,}, {largest / smallest:.0f} times as many, a search takes "
        f"{median_then / median:.1f} times as long in the median, and {slow_then / slow:.1f} times at its slow end."
    )


if __name__ == "__main__":
    main()
