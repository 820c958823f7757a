"""Search without a server, on an edition that another process has built, mapped as a worker maps it.

    python -m bench.asking --edition FILE --questions FILE --passes P

Prints what it cost, as JSON. A process of its own, so that its memory is that of one worker's search.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from bench.figure import percentile
from bench.mix import Question
from bench.server import private_mib
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.storage.mapped_file import map_buffers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The cost of search on one catalog; a percentile is that of one pass over the mix."""

    entries: int
    load_ms: float | None
    """To map the edition."""
    memory_mib: float
    """The private memory that the process has gained after all passes."""
    first_p99_ms: float
    """The 99th percentile of the first pass, when nothing is warm."""
    p50_ms: list[float]
    p99_ms: list[float]
    cpu_p99_ms: list[float] | None
    """CPU time instead of elapsed time: it stays comparable when the machine is busy with other things."""
    kinds: dict[str, float]
    """The median time on a core by kind of question, in milliseconds."""
    slowest: list[tuple[float, str]]
    """The costliest questions, with the median of their times on a core, in milliseconds."""


def main() -> None:
    """Measure, and print the account."""
    parser = argparse.ArgumentParser(description="Search an edition without a server.")
    parser.add_argument("--edition", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=5)
    arguments = parser.parse_args()
    questions = [Question(**question) for question in json.loads(arguments.questions.read_text(encoding="utf-8"))]
    print(json.dumps(asdict(ask_all(arguments.edition, questions, passes=arguments.passes))))


def ask_all(file: Path, questions: Sequence[Question], *, passes: int) -> Asking:
    """Map the edition, and ask it the whole mix again and again."""
    gc.collect()
    before = private_mib(os.getpid())
    began = time.perf_counter()
    buffers = map_buffers(file)
    if buffers is None:
        raise RuntimeError(f"{file} is no edition")
    index = Edition(buffers).index
    load_ms = (time.perf_counter() - began) * 1e3
    queries = [question.query for question in questions]
    first = _time_each(queries, index)
    runs = [_time_each(queries, index) for _ in range(passes)]
    gc.collect()
    medians = [statistics.median(of_one) for of_one in zip(*(run.on_core for run in runs), strict=True)]
    return Asking(
        entries=len(index),
        load_ms=load_ms,
        memory_mib=private_mib(os.getpid()) - before,
        first_p99_ms=percentile(sorted(first.elapsed), 0.99),
        p50_ms=[percentile(sorted(run.elapsed), 0.50) for run in runs],
        p99_ms=[percentile(sorted(run.elapsed), 0.99) for run in runs],
        cpu_p99_ms=[percentile(sorted(run.on_core), 0.99) for run in runs],
        kinds=_by_kind(questions, medians),
        slowest=sorted(zip(medians, map(_label, questions), strict=True), reverse=True)[:10],
    )


@dataclass(frozen=True, slots=True)
class _Pass:
    """Milliseconds that each question took: its first page, and the count of all matches."""

    elapsed: list[float]
    on_core: list[float]
    """Less the time that something else had the core."""


def _time_each(queries: Sequence[Query], index: Index) -> _Pass:
    _forget()
    timed = _Pass([], [])
    for query in queries:
        began, began_on_core = time.perf_counter_ns(), time.thread_time_ns()
        engine.run(query, index)
        timed.on_core.append((time.thread_time_ns() - began_on_core) / 1e6)
        timed.elapsed.append((time.perf_counter_ns() - began) / 1e6)
    return timed


@lru_cache
def _nothing() -> None:
    """A function that remembers: their type has no public name."""


def _forget() -> None:
    """Clear llmanac's caches: no question of a pass profits from the pass before."""
    for remembering in gc.get_objects():
        if isinstance(remembering, type(_nothing)) and remembering.__module__.startswith("llmanac."):
            remembering.cache_clear()


def _by_kind(questions: Sequence[Question], times: Sequence[float]) -> dict[str, float]:
    kinds: dict[str, list[float]] = {}
    for question, spent in zip(questions, times, strict=True):
        kinds.setdefault(question.kind, []).append(spent)
    return {kind: percentile(sorted(spent), 0.5) for kind, spent in kinds.items()}


def _label(question: Question) -> str:
    return f"{question.kind}: {' '.join(f'{name}={value}' for name, value in question.parameters.items())}"


if __name__ == "__main__":
    main()
