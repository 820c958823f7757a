"""The parts of a run: each measures one thing, and puts its figures, by key, into the report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import large, refreshing, searching, serving, starting, workers
from bench.figure import Figure
from bench.mix import Question
from bench.product import Installation, install
from bench.report import Report
from bench.server import SERVER_CORE, pinned
from llmanac.domain.catalog import CatalogData

SIZES: Mapping[str, int] = {"today": 0, "100k": 100_000, "1m": 1_000_000}
LARGEST_FOR_MINISEARCH = 100_000
LONGEST_BUILD_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The amount of measuring in a run."""

    rounds: int
    seconds: float
    passes: int
    starts: int
    sizes: tuple[str, ...]
    """Keys of SIZES."""


QUICK = Effort(rounds=3, seconds=2, passes=5, starts=3, sizes=("today", "100k"))
FULL = Effort(rounds=7, seconds=5, passes=11, starts=7, sizes=("today", "100k", "1m"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run under way."""

    effort: Effort
    scratch: Path
    datasette: Path
    """The program."""
    node_modules: Path
    """Where MiniSearch is installed."""
    catalog: CatalogData
    questions: list[Question]
    installation: Installation
    report: Report


def serve(run: Run) -> None:
    """Every server in turn, under the same load."""
    setting = serving.Setting(
        installation=run.installation,
        catalog=run.catalog,
        questions=run.questions,
        scratch=run.scratch,
        datasette=run.datasette,
    )
    found = serving.measure(setting, rounds=run.effort.rounds, seconds=run.effort.seconds)
    figures = run.report.figures
    for key, name in serving.KEYS.items():
        figures[f"{key}.rate"] = found.rate(name)
        figures[f"{key}.share"] = found.share(name)
        figures[f"{key}.p50_ms"] = found.p50_ms(name)
        figures[f"{key}.p99_ms"] = found.p99_ms(name)
        figures[f"{key}.cpu_us"] = found.cpu_us(name)
    figures["uncached.times_datasette"] = found.times(serving.UNCACHED, serving.DATASETTE)
    figures["uncached.times_postgresql"] = found.times(serving.UNCACHED, serving.POSTGRESQL)
    for key, name in (("memory.today_mib", serving.HIT), ("bare.memory_mib", serving.BARE)):
        figures[key] = Figure.of([found.private_mib[name][1]])
    run.report.details["private MiB at rest and after the load"] = found.private_mib
    run.report.details["serving"] = {name: [asdict(one) for one in rounds] for name, rounds in found.rounds.items()}


def search(run: Run) -> None:
    """Search without a server, on catalogs of several sizes."""
    for size in run.effort.sizes:
        small = SIZES[size] <= LARGEST_FOR_MINISEARCH
        found = searching.measure(
            SIZES[size],
            run.questions,
            passes=run.effort.passes,
            scratch=run.scratch,
            minisearch=run.node_modules if small else None,
        )
        for name, asking in (("search", found.llmanac), ("minisearch", found.minisearch)):
            if asking is not None:
                run.report.figures[f"{name}.{size}.p50_ms"] = Figure.of(asking.p50_ms)
                run.report.figures[f"{name}.{size}.p99_ms"] = Figure.of(asking.p99_ms)
                if asking.cpu_p99_ms:
                    run.report.figures[f"{name}.{size}.cpu_p99_ms"] = Figure.of(asking.cpu_p99_ms)
        run.report.details[f"search, {size}"] = asdict(found)


def start(run: Run) -> None:
    """From the start of a process to its first response."""
    found = starting.measure(run.installation, run.scratch, rounds=run.effort.starts)
    run.report.figures["start.seconds"] = found.again
    run.report.figures["start.first_seconds"] = found.first
    run.report.figures["start.first_mib"] = found.first_mib
    run.report.figures["bare.start_seconds"] = found.bare


def build(run: Run) -> None:
    """The work of a refresh on new feeds."""
    steps = []
    for number in range(run.effort.starts):
        folder = run.scratch / f"building-{number}"
        command = [sys.executable, "-m", "bench.building", str(folder)]
        done = subprocess.run(
            pinned(command, [SERVER_CORE]), check=True, stdout=subprocess.PIPE, text=True, timeout=LONGEST_BUILD_SECONDS
        )
        steps.append(json.loads(done.stdout))
    run.report.figures["build.seconds"] = Figure.of([step["seconds"] for step in steps])
    run.report.details["building"] = steps


def refresh(run: Run) -> None:
    """A refresh under load."""
    found = refreshing.measure(
        run.questions, rounds=run.effort.rounds, seconds=run.effort.seconds + 2, scratch=run.scratch
    )
    run.report.figures["refresh.seconds"] = found.seconds
    run.report.figures["refresh.cpu_seconds"] = found.cpu_seconds
    run.report.figures["refresh.slowest_ms"] = found.slowest_ms
    run.report.figures["refresh.slowest_without_ms"] = found.slowest_without_ms


def scale(run: Run) -> None:
    """Two workers, where the server offers any."""
    if workers.are_offered():
        run.report.figures["workers.times_one"] = workers.measure(
            run.installation,
            run.questions,
            rounds=run.effort.rounds,
            seconds=run.effort.seconds,
            scratch=run.scratch,
        )


def serve_large(run: Run) -> None:
    """A server on the largest catalog of this run."""
    size = run.effort.sizes[-1]
    edition = searching.edition_path(SIZES[size], run.scratch)
    if not edition.exists():
        searching.build(SIZES[size], edition)
    found = large.measure(
        install(run.scratch / "large"), edition, run.questions, rounds=run.effort.rounds, seconds=run.effort.seconds
    )
    figures = run.report.figures
    figures[f"memory.{size}_mib"] = Figure.of([found.loaded_mib])
    figures[f"start.{size}_seconds"] = Figure.of([found.start_seconds])
    figures[f"uncached_alone.{size}.p99_ms"] = Figure.of([load.p99_ms for load in found.alone])
    figures[f"uncached.{size}.p99_ms"] = Figure.of([load.p99_ms for load in found.saturated])
    figures[f"uncached.{size}.rate"] = Figure.of([load.rate for load in found.saturated])
    figures[f"swap.{size}.slowest_ms"] = found.swapping.slowest_ms
    figures[f"swap.{size}.slowest_without_ms"] = found.swapping.slowest_without_ms
    figures[f"swap.{size}.p99_ms"] = found.swapping.p99_ms
    figures[f"swap.{size}.p99_without_ms"] = found.swapping.p99_without_ms
    run.report.details[f"serving, {size}"] = asdict(found)


PARTS: Mapping[str, Callable[[Run], None]] = {
    "serving": serve,
    "search": search,
    "start": start,
    "build": build,
    "refresh": refresh,
    "workers": scale,
    "large": serve_large,
}
