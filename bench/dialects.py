"""Whole documents of dialects beside nginx sending the same bytes: python -m bench.dialects [--rounds N].

Each document is asked for as its client does, gzipped, from the server and from nginx in turn, and as 304 with its
ETag. Before and after, the server is weighed: what nobody has asked for takes no memory.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.client import Reply, Target, ask
from bench.figure import Figure
from bench.load import drive
from bench.peers import nginx
from bench.product import install
from bench.server import Server, private_mib
from llmanac.dialects.clients import CLIENTS, Client

CONNECTIONS = 32
SECONDS = 2.0
SETTLING_SECONDS = 3.0
LONGEST_SECONDS = 60.0
GZIP = {"accept-encoding": "gzip"}


def main() -> None:
    """Measure, and print a line for each document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        Path(directory).chmod(0o755)  # nginx's worker is not root
        measure(Path(directory), rounds)


def measure(directory: Path, rounds: int) -> None:
    """Weigh the server, then ask it and nginx in turn."""
    installation = install(directory / "data")
    installation.prime()
    by_dialect = {it.dialect: it for it in CLIENTS}
    with installation.serve() as server:
        time.sleep(SETTLING_SECONDS)
        before = private_mib(server.pid)
        made, replies = {}, {}
        for name, client in by_dialect.items():
            began = time.perf_counter()
            replies[name] = ask(target_of(server, client, installation.headers), timeout=LONGEST_SECONDS)
            made[name] = time.perf_counter() - began
        time.sleep(SETTLING_SECONDS)
        weight = private_mib(server.pid) - before
        with nginx.serve(directory / "nginx", {name: reply.body for name, reply in replies.items()}) as peer:
            for name, client in by_dialect.items():
                target = target_of(server, client, installation.headers)
                share = compare(target, Target(peer.port, f"/{name}"), rounds)
                print(f"{name:13} {described(replies[name], made[name])}  {share_of_nginx(share)}", flush=True)
        print(f"memory of all of them: {weight:.1f} MiB (at most 40)")


def target_of(server: Server, client: Client, headers: dict[str, str]) -> Target:
    """The request of a client for its document."""
    return Target(server.port, client.asks, {**headers, **client.headers, **GZIP})


def compare(ours: Target, theirs: Target, rounds: int) -> Figure:
    """The rate of the server as a share of nginx's, in the same rounds; the first only warms."""
    rates: dict[str, list[float]] = {"ours": [], "nginx": []}
    for number in range(rounds + 1):
        for key, target in (("ours", ours), ("nginx", theirs)):
            load = drive(target, connections=CONNECTIONS, seconds=SECONDS)
            if number:
                rates[key].append(load.rate)
    return Figure.ratio(rates["ours"], rates["nginx"])


def described(reply: Reply, made_s: float) -> str:
    """The size of a document, and the time that it took when it was first asked for."""
    return f"{len(reply.body) / 1024:8.1f} KiB  made in {made_s:5.2f} s"


def share_of_nginx(share: Figure) -> str:
    """The rate beside nginx's."""
    return f"{share.median:4.0%} of nginx ({share.least:.0%} to {share.most:.0%}; at least 50%)"


if __name__ == "__main__":
    main()
