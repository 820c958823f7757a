"""The goals: the rows of the table, each with its two thresholds, and what it is measured beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.figure import Figure


class Better(StrEnum):
    """The direction in which a figure is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Verdict(StrEnum):
    """The verdict on a figure by its goal."""

    AIM = "aim reached"
    MUST = "must reached"
    SHORT = "short of it"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One row: a figure, by its key, and where it should be."""

    key: str
    title: str
    unit: str
    must: float
    aim: float
    better: Better = Better.LOWER
    beside: tuple[tuple[str, str], ...] = ()
    """Limits and peers of the same run: a name, and the key of its figure, in the same unit."""

    def judge(self, figures: Mapping[str, Figure]) -> Verdict:
        """The verdict on the median."""
        figure = figures.get(self.key)
        if figure is None:
            return Verdict.UNMEASURED
        for verdict, threshold in ((Verdict.AIM, self.aim), (Verdict.MUST, self.must)):
            if self._meets(figure.median, threshold):
                return verdict
        return Verdict.SHORT

    def _meets(self, value: float, threshold: float) -> bool:
        return value >= threshold if self.better is Better.HIGHER else value <= threshold


GOALS = (
    Goal(
        key="hit.share",
        title="Ready answer, token checked",
        unit="% of nginx",
        must=40,
        aim=48,
        better=Better.HIGHER,
        beside=(("bare ASGI", "bare.share"),),
    ),
    Goal(
        key="unmodified.share",
        title="304",
        unit="% of nginx",
        must=40,
        aim=50,
        better=Better.HIGHER,
        beside=(("bare ASGI", "bare.share"),),
    ),
    Goal(
        key="uncached.share",
        title="Computed answer, today's catalog",
        unit="% of nginx",
        must=8,
        aim=15,
        better=Better.HIGHER,
        beside=(("nginx, whole api.json.gz", "feed.share"),),
    ),
    Goal(
        key="uncached.times_datasette",
        title="The same, beside Datasette",
        unit="times",
        must=15,
        aim=15,
        better=Better.HIGHER,
    ),
    Goal(
        key="uncached.times_postgresql",
        title="The same, beside PostgreSQL",
        unit="times",
        must=4,
        aim=4,
        better=Better.HIGHER,
    ),
    Goal(
        key="search.today.p50_ms",
        title="Search in the process, today's catalog, p50",
        unit="ms",
        must=0.1,
        aim=0.05,
        beside=(("MiniSearch", "minisearch.today.p50_ms"),),
    ),
    Goal(
        key="search.today.p99_ms",
        title="The same, p99",
        unit="ms",
        must=0.5,
        aim=0.2,
        beside=(("of it on a core", "search.today.cpu_p99_ms"), ("MiniSearch", "minisearch.today.p99_ms")),
    ),
    Goal(
        key="search.100k.p99_ms",
        title="Search in the process, 100,000 entries, p99",
        unit="ms",
        must=3,
        aim=1,
        beside=(("of it on a core", "search.100k.cpu_p99_ms"), ("MiniSearch", "minisearch.100k.p99_ms")),
    ),
    Goal(
        key="search.1m.p99_ms",
        title="Search in the process, 1,000,000 entries, p99",
        unit="ms",
        must=5,
        aim=2,
        beside=(("of it on a core", "search.1m.cpu_p99_ms"), ("MiniSearch", "minisearch.1m.p99_ms")),
    ),
    Goal(
        key="uncached_alone.p99_ms",
        title="Computed answer over HTTP, one connection, p99",
        unit="ms",
        must=1.5,
        aim=0.6,
        beside=(("nginx", "nginx_alone.p99_ms"),),
    ),
    Goal(
        key="uncached.p99_ms",
        title="The same, 32 connections, saturated, p99",
        unit="ms",
        must=15,
        aim=8,
        beside=(("PostgreSQL", "postgresql.p99_ms"), ("Datasette", "datasette.p99_ms")),
    ),
    Goal(
        key="start.seconds",
        title="Start to first answer, today's catalog",
        unit="s",
        must=1.0,
        aim=0.35,
        beside=(("bare uvicorn", "bare.start_seconds"), ("the first start of all", "start.first_seconds")),
    ),
    Goal(
        key="memory.today_mib",
        title="A worker's own memory after the load, today's catalog",
        unit="MiB",
        must=120,
        aim=60,
        beside=(("bare uvicorn", "bare.memory_mib"), ("after the first start of all", "start.first_mib")),
    ),
    Goal(
        key="memory.1m_mib",
        title="A worker's own memory after the load, 1,000,000 entries",
        unit="MiB",
        must=300,
        aim=150,
        beside=(("bare uvicorn", "bare.memory_mib"),),
    ),
    Goal(
        key="refresh.seconds",
        title="Refresh: parse, build, check, swap",
        unit="s",
        must=2,
        aim=0.5,
        beside=(("of it on a core", "refresh.cpu_seconds"), ("parse, index, write, map alone", "build.seconds")),
    ),
    Goal(
        key="refresh.slowest_ms",
        title="Slowest request during a refresh",
        unit="ms",
        must=50,
        aim=20,
        beside=(("without one", "refresh.slowest_without_ms"),),
    ),
    Goal(
        key="swap.1m.slowest_ms",
        title="Slowest request during a swap, 1,000,000 entries",
        unit="ms",
        must=50,
        aim=20,
        beside=(("without one", "swap.1m.slowest_without_ms"),),
    ),
    Goal(
        key="workers.times_one",
        title="Two workers, beside one",
        unit="times",
        must=1.5,
        aim=1.8,
        better=Better.HIGHER,
    ),
)
