"""Measures whether the memory of a worker stays constant: hundreds of refreshes in one running server, each with news.

    python -m bench.steady_memory --refreshes 200

Prints the memory that is the worker's own, after the first tenth of the refreshes and at the end, and how much it grew
with each in between. It needs nginx, as the whole bench does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from bench.client import Target, ask
from bench.peers import nginx
from bench.product import PAGE, install
from bench.refreshing import FILES, REFRESH, revise
from bench.server import Server, private_mib
from llmanac.ingest.content.document import unpack
from llmanac.ingest.packaged.snapshot import embedded_feeds

EVERY = 10
"""Refreshes from one look at the memory to the next."""
SETTLING_SECONDS = 8.0
"""Before a look: what is served is recorded in the history, and the edition before it is let go of."""
LONGEST_SECONDS = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--refreshes", type=int, default=200, help=f"a multiple of {EVERY}")
    asked = parser.parse_args()
    early = max(EVERY, asked.refreshes // 10 // EVERY * EVERY)
    with tempfile.TemporaryDirectory(prefix="llmanac-steady-") as directory:
        Path(directory).chmod(0o755)  # nginx's worker is not root
        looks = measure(Path(directory), refreshes=asked.refreshes)
    for number, mib in looks.items():
        print(f"{number:5} refreshes {mib:7.1f} MiB")
    late = {number: mib for number, mib in looks.items() if number >= early}
    slope = statistics.linear_regression(list(late), list(late.values())).slope
    print(f"after {early} refreshes {looks[early]:.1f} MiB, after {asked.refreshes} {looks[asked.refreshes]:.1f} MiB")
    print(f"with each refresh in between {slope * 1024:+.1f} KiB")


def measure(scratch: Path, *, refreshes: int) -> dict[int, float]:
    """The private memory of a worker in MiB, by the number of refreshes that it has done."""
    looks: dict[int, float] = {}
    with _refreshing(scratch) as (server, feed, refresh):
        page = Target(server.port, PAGE, refresh.headers)
        for number in range(1, refreshes + 1):
            revise(scratch / "upstream", feed, number)
            reply = ask(refresh, method="POST", timeout=LONGEST_SECONDS)
            if not orjson.loads(reply.body).get("snapshot"):
                raise RuntimeError(f"The refresh brought no new snapshot: {reply.body!r}")
            ask(page)
            if number % EVERY == 0:
                time.sleep(SETTLING_SECONDS)
                looks[number] = private_mib(server.pid)
    return looks


@contextmanager
def _refreshing(scratch: Path) -> Iterator[tuple[Server, dict[str, Any], Target]]:
    """A server with an upstream on this machine: the feed that changes, and what a refresh is asked with."""
    feeds = {FILES[feed.name]: orjson.loads(unpack(feed.data)) for feed in embedded_feeds()}
    installation = install(scratch / "installation", scopes=("catalog:read", "refresh:write"))
    with nginx.serve(scratch / "upstream", {name: orjson.dumps(feed) for name, feed in feeds.items()}) as source:
        variables = {
            "LLMANAC_MODELS_DEV_URL": f"http://127.0.0.1:{source.port}/{FILES['models.dev']}",
            "LLMANAC_LITELLM_URL": f"http://127.0.0.1:{source.port}/{FILES['litellm']}",
            "LLMANAC_ALLOW_PRIVATE_SOURCES": "true",
        }
        with installation.serve(variables=variables) as server:
            yield server, feeds[FILES["models.dev"]], Target(server.port, REFRESH, installation.headers)


if __name__ == "__main__":
    main()
