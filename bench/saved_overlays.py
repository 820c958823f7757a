"""How soon a saved overlay is served by every process, beside a steady load: python -m bench.saved_overlays.

Two workers on both cores. A save is done when its answer is there; from then on, one connection to each worker asks
until it serves what was saved. The load is compared with the same beside no saves.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import HOST, Target
from bench.figure import percentile
from bench.load import Load, drive
from bench.product import PAGE, Installation, install
from bench.server import LOAD_CORE, SERVER_CORE, Server
from llmanac.paths import CATALOG, HEALTH, OVERLAYS

WORKERS = 2
CONNECTIONS = 8
PAUSE_MS = 40
"""Before each request of a connection: two hundred a second of all of them."""
POLL_S = 0.02
PAUSES_S = (3.0, 4.0)
"""Between what is served and the next save, so that what a server does after it, such as recording it, is over."""
LONGEST_S = 30.0
MOST_CONNECTIONS = 64


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=50, help="overlays that are saved")
    parser.add_argument("--rules", type=int, default=1, help="rules of the overlay")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        measure(Path(directory), saves=given.saves, rules=given.rules)


@dataclass(frozen=True, slots=True)
class Saver:
    """Saves an overlay, and waits until each worker serves it."""

    connections: Mapping[int, http.client.HTTPConnection]
    """One to each worker, by its process id."""
    headers: Mapping[str, str]
    rules: int
    waiting: ThreadPoolExecutor

    def save(self, number: int) -> float:
        """The seconds from the answer to a save until all workers serve it."""
        tag = f"save-{number}"
        first = {"match": "openai/*", "set": {"tags": tag}, "reason": "bench"}
        rest = [{"match": f"azure/{it}*", "set": {"tags": tag}, "reason": "bench"} for it in range(self.rules - 1)]
        body = json.dumps({"name": "bench", "rules": [first, *rest]})
        [connection, *_] = self.connections.values()
        connection.request("PUT", f"{OVERLAYS}/bench", body, {**self.headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"The overlay was not saved: {answer.status} {said[:300]!r}")
        saved = time.perf_counter()
        path = f"{CATALOG}?tags={tag}&limit=1"
        return max(self.waiting.map(lambda it: self._served(it, path), self.connections.values())) - saved

    def _served(self, connection: http.client.HTTPConnection, path: str) -> float:
        """The time at which a worker serves what was saved."""
        deadline = time.perf_counter() + LONGEST_S
        while time.perf_counter() < deadline:
            connection.request("GET", path, headers=dict(self.headers))
            if json.loads(connection.getresponse().read())["models"]:
                return time.perf_counter()
            time.sleep(POLL_S)
        raise RuntimeError(f"What was saved is not served after {LONGEST_S} s.")


def measure(directory: Path, *, saves: int, rules: int = 1) -> None:
    """Load a server with and without saves, and print how long each took to be served."""
    installation = install(directory / "data", scopes=["catalog:read", "overlays:write"])
    (paths := directory / "paths.txt").write_text(f"{PAGE}\n")
    with (
        installation.serve(f"--workers={WORKERS}", cores=(SERVER_CORE, LOAD_CORE)) as server,
        connected(server) as connections,
        ThreadPoolExecutor() as threads,
    ):
        saver = Saver(connections, installation.headers, rules, threads)
        saver.save(saves)  # the first one finds no edition with rules
        before = load(installation, server, paths, seconds=15)
        moments = random.Random(12)
        loading = threads.submit(load, installation, server, paths, seconds=saves * sum(PAUSES_S) * 0.6)
        times = []
        for number in range(saves):
            times.append(saver.save(number))
            time.sleep(moments.uniform(*PAUSES_S))
        beside = loading.result()
    report(sorted(times), before=before, beside=beside)


def load(installation: Installation, server: Server, paths: Path, *, seconds: float) -> Load:
    """Two hundred requests a second."""
    target = Target(server.port, PAGE, installation.headers)
    return drive(target, connections=CONNECTIONS, seconds=seconds, paths=paths, pause_ms=PAUSE_MS)


def report(times: list[float], *, before: Load, beside: Load) -> None:
    """Print how long saves took to be served, and what the load noticed."""
    put("a saved overlay is served by every process after, p50, s", percentile(times, 0.5))
    put("a saved overlay is served by every process after, p99, s", percentile(times, 0.99), "at most 2")
    put("a saved overlay is served by every process after, most, s", times[-1])
    for name, it in (("without saves", before), ("beside saves", beside)):
        put(f"{it.rate:.0f} requests a second {name}, p50, ms", it.p50_ms)
        put(f"{it.rate:.0f} requests a second {name}, p99, ms", it.p99_ms)
        put(f"{it.rate:.0f} requests a second {name}, most, ms", it.max_ms)


@contextmanager
def connected(server: Server) -> Iterator[Mapping[int, http.client.HTTPConnection]]:
    """A connection to each worker, by its process id; the kernel hands them out, so several are opened until it is."""
    found: dict[int, http.client.HTTPConnection] = {}
    opened: list[http.client.HTTPConnection] = []
    try:
        while len(found) < WORKERS and len(opened) < MOST_CONNECTIONS:
            connection = http.client.HTTPConnection(HOST, server.port, timeout=LONGEST_S)
            connection.request("GET", HEALTH)
            connection.getresponse().read()
            opened.append(connection)
            found.setdefault(server.process_of(connection.sock.getsockname()[1]), connection)
        if len(found) < WORKERS:
            raise RuntimeError(f"{len(opened)} connections came to {len(found)} of {WORKERS} workers.")
        yield found
    finally:
        for connection in opened:
            connection.close()


def put(name: str, value: float, target: str = "") -> None:
    """Print a figure, and its target if there is one."""
    print(f"{name:62} {value:9.3f}  {target}")


if __name__ == "__main__":
    main()
