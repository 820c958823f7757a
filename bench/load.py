"""Load on a server: wrk, for a bounded time, from the other core."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.client import Target
from bench.server import LOAD_CORE, pinned

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one run."""

    answers: int
    rate: float
    """Answers per second."""
    p50_ms: float
    p99_ms: float
    max_ms: float


def drive(target: Target, *, connections: int, seconds: float, paths: Path | None = None, pause_ms: int = 0) -> Load:
    """Ask for ``target`` over and over; or for the paths in a file, one a line, in turn.

    With a pause before each request of a path, the load leaves the server time. Raises RuntimeError where an
    answer was an error or did not come: a quick refusal is no speed.
    """
    command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={max(1, round(seconds))}s"]
    command += [f"--script={SCRIPT}", *(f"--header={name}: {value}" for name, value in target.headers.items())]
    command += [target.url, "--", *([str(paths), str(pause_ms)] if paths else [])]
    run = subprocess.run(pinned(command, [LOAD_CORE]), capture_output=True, text=True, check=True, timeout=seconds + 30)
    outcome = json.loads(run.stdout.splitlines()[-1])
    if outcome["refused"] or outcome["broken"] or not outcome["requests"]:
        raise RuntimeError(f"{target.url}: not every answer was a good one: {outcome}")
    return Load(
        answers=outcome["requests"],
        rate=outcome["requests"] / outcome["seconds"],
        p50_ms=outcome["p50_ms"],
        p99_ms=outcome["p99_ms"],
        max_ms=outcome["max_ms"],
    )
