"""Shows where a server's time goes: py-spy looks at it 250 times a second while it is under load.

    python -m bench.hotspots hit|uncached [--seconds S]

Prints the functions by the share of samples that they were at work in, and the share that they were part of.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.client import Target
from bench.load import drive
from bench.mix import compose, write_paths
from bench.product import PAGE, install, todays_build
from bench.server import LOAD_CORE, Server, pinned

CONNECTIONS = 32
PY_SPY = Path(".venv-bench") / "bin" / "py-spy"
RATE = 250
SHOWN = 30
MAIN = "_run_module_as_main"
"""Where the main thread's stacks begin; py-spy takes other threads that wait for work for working."""


@dataclass(frozen=True, slots=True)
class Hotspot:
    """One function's part of the samples, 0 to 1."""

    function: str
    itself: float
    """It was running."""
    within: float
    """It, or something that it called, was running."""


def main() -> None:
    """Start a server, load it, look, and print."""
    parser = argparse.ArgumentParser(description="Where a server's time goes.")
    parser.add_argument("path", choices=("hit", "uncached"))
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for hotspot in watch(uncached=arguments.path == "uncached", seconds=arguments.seconds, scratch=Path(scratch))[
            :SHOWN
        ]:
            print(f"{hotspot.itself:6.1%} itself  {hotspot.within:6.1%} within  {hotspot.function}")


def watch(*, uncached: bool, seconds: int, scratch: Path) -> list[Hotspot]:
    """The hotspots of a server that computes every answer, or gives one that is ready."""
    paths = write_paths(compose(todays_build().catalog), scratch / "paths.txt")
    installation = install(scratch / "data")
    with installation.serve(cache_mib=0 if uncached else 16) as server:
        target = Target(server.port, PAGE, installation.headers)
        asked = paths if uncached else None
        drive(target, connections=CONNECTIONS, seconds=2, paths=asked)
        looking = _look(server, seconds, scratch / "samples.txt")
        drive(target, connections=CONNECTIONS, seconds=seconds + 1, paths=asked)
        if looking.wait(timeout=60):
            raise RuntimeError("py-spy could not look at the server; it needs the right to trace processes")
    return tally((scratch / "samples.txt").read_text(encoding="utf-8"))


def tally(samples: str) -> list[Hotspot]:
    """The hotspots in py-spy's raw format: a line for each stack, outermost first, and how often it was seen."""
    itself, within = Counter[str](), Counter[str]()
    for line in samples.splitlines():
        stack, _, count = line.rpartition(" ")
        functions = stack.split(";")
        if not functions[0].startswith(MAIN):
            continue
        itself[functions[-1]] += int(count)
        for function in set(functions):
            within[function] += int(count)
    total = max(1, itself.total())
    hotspots = [Hotspot(function, itself[function] / total, count / total) for function, count in within.items()]
    return sorted(hotspots, key=lambda hotspot: (hotspot.itself, hotspot.within), reverse=True)


def _look(server: Server, seconds: int, samples: Path) -> subprocess.Popen[bytes]:
    command = [str(PY_SPY), "record", f"--pid={server.pid}", f"--rate={RATE}", f"--duration={seconds}"]
    command += ["--format=raw", "--function", f"--output={samples}"]
    return subprocess.Popen(pinned(command, [LOAD_CORE]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
