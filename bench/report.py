"""A run, as a table for people and as JSON to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import serving
from bench.figure import Figure
from bench.goals import GOALS, Goal, Verdict
from bench.machine import Machine

COSTS_HEAD = ("", "µs on a core", "answers/s", "p99 ms")
HEAD = ("", "must", "aim", "measured", "beside it, same run", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a run found out."""

    date: str
    quick: bool
    machine: Machine
    load_average: list[float]
    """Before the run, and after each part of it: what else the machine had to do shows in the first."""
    figures: dict[str, Figure] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    """The circumstances of the figures, as far as they explain them."""

    def rows(self) -> list[tuple[str, ...]]:
        """The table's rows, with HEAD's columns."""
        return [_row(goal, self.figures) for goal in GOALS]

    def costs(self) -> list[tuple[str, ...]]:
        """The CPU time of a response, and the responses per second: rows for COSTS_HEAD."""
        rows = []
        for key, name in serving.KEYS.items():
            if f"{key}.cpu_us" in self.figures:
                figures = [self.figures[f"{key}.{what}"] for what in ("cpu_us", "rate", "p99_ms")]
                rows.append((name, *map(_spread, figures)))
        return rows

    def write(self, folder: Path) -> Path:
        """Keep the run in a file named by day and machine, and say where."""
        kind = "-quick" if self.quick else ""
        file = folder / f"{self.date}-{self.machine.slug}{kind}.json"
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return file

    @classmethod
    def read(cls, file: Path) -> Report:
        """A run that was kept."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        figures = {key: Figure(**figure) for key, figure in kept.pop("figures").items()}
        return cls(machine=Machine(**kept.pop("machine")), figures=figures, **kept)


def markdown(rows: Sequence[Sequence[str]], *, head: Sequence[str] = HEAD) -> str:
    """Rows as a table of Markdown that also reads well as it stands."""
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in table
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(goal: Goal, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    figure = figures.get(goal.key)
    beside = [f"{name} {_number(figures[key].median)}" for name, key in goal.beside if key in figures]
    verdict = goal.judge(figures)
    return (
        f"{goal.title} ({goal.unit})",
        f"{goal.must:g}",
        f"{goal.aim:g}",
        "-" if figure is None else _spread(figure),
        ", ".join(beside),
        verdict.value if verdict is not Verdict.SHORT else f"**{verdict.value}**",
    )


def _spread(figure: Figure) -> str:
    """The median, and where the runs lay."""
    spread = f" ({_number(figure.least)} to {_number(figure.most)})" if figure.runs > 1 else ""
    return _number(figure.median) + spread


def _number(value: float) -> str:
    """With three digits."""
    return f"{float(f'{value:.3g}'):,g}"
