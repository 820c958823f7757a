"""Two workers on two cores, as a multiple of one on one: every answer computed.

Who makes the load shares its core with the second worker, so that twice is out of reach on two cores.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.client import Target
from bench.figure import Figure
from bench.load import drive
from bench.mix import Question, write_paths
from bench.product import LLMANAC, PAGE, Installation
from bench.server import LOAD_CORE, SERVER_CORE, Server

CONNECTIONS = 32


def are_offered() -> bool:
    """Whether ``llmanac serve`` has an option for the number of workers."""
    said = subprocess.run([*LLMANAC, "serve", "--help"], check=True, capture_output=True, text=True, timeout=60)
    return "--workers" in said.stdout


def measure(
    installation: Installation, questions: Sequence[Question], *, rounds: int, seconds: float, scratch: Path
) -> Figure:
    """Load both in turn, round after round."""
    paths = write_paths(questions, scratch / "paths.txt")

    def rate(server: Server) -> float:
        target = Target(server.port, PAGE, installation.headers)
        return drive(target, connections=CONNECTIONS, seconds=seconds, paths=paths).rate

    with (
        installation.serve(cache_mib=0) as one,
        installation.serve("--workers=2", cache_mib=0, cores=(SERVER_CORE, LOAD_CORE)) as two,
    ):
        pairs = [(rate(two), rate(one)) for _ in range(rounds)]
    return Figure.ratio([both for both, _ in pairs], [single for _, single in pairs])
