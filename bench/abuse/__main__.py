"""``python -m bench.abuse``: mutations, dawdlers, idlers and guesses against a running server, with its figures."""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.abuse.bystander import standing_by
from bench.abuse.dawdling import KINDS, dawdle, never_read
from bench.abuse.guesses import guess, guesses
from bench.abuse.mutations import attack, mutants, seeds
from bench.client import HOST
from bench.product import PAGE, Installation, install
from bench.server import Server
from llmanac.http.api import docs_page
from llmanac.paths import CATALOG as PATH
from llmanac.web.assets import Assets

OPEN = {"LLMANAC_MAX_CONNECTIONS_PER_ADDRESS": "0", "LLMANAC_FAILURES_PER_MINUTE": "0", "LLMANAC_ACCESS_LOG": "none"}
"""All of them come from one address here."""

PATIENCE_SECONDS = 60.0
LARGEST_FILE = Assets(docs_page.STATIC, prefix=docs_page.PREFIX).url(docs_page.VIEWER)
"""1.7 MB, ten of which no buffer of the system's holds."""
GROWN_MIB, GROWN_BY_BUFFERS_MIB = 20, 128
OTHERS_P99_MS, OTHERS_P99_AT_A_RUSH_MS = 50, 100
CLOSED_WITHIN_S, CUT_OFF_WITHIN_S = 12, 30
SHORTEST_PAGE = f"{PATH}?limit=1"


@dataclass(frozen=True, slots=True)
class Field:
    """Where the abuse takes place."""

    server: Server
    installation: Installation
    share: float
    """The share of the full numbers."""

    def count(self, full: int) -> int:
        return max(int(full * self.share), 1)


async def mutate(field: Field) -> bool:
    """10,000 broken requests: no failure, nothing but the envelope, no memory."""
    port, token = field.server.port, field.installation.token
    # What is imported, or built, with the first request of its kind is no leak.
    await attack(port, mutants(seeds(PAGE, token), 500, seed=2), at_once=20)
    before = field.server.private_mib()
    async with standing_by(port, PAGE, token) as others:
        verdicts = await attack(port, mutants(seeds(PAGE, token), field.count(10_000), seed=1), at_once=100)
    grown = field.server.private_mib() - before
    print(f"  statuses {dict(sorted(verdicts.statuses.items()))}, {verdicts.silent} closed without a word")
    print(f"  {len(verdicts.wrong)} wrong, memory +{grown:.1f} MiB; {others}")
    for request, received in verdicts.wrong[:5]:
        print(f"    {request[:200]!r}\n      {received[:300]!r}")
    others_served = others.quantile_ms(0.99) <= OTHERS_P99_MS and not others.failures
    return not verdicts.wrong and grown <= GROWN_MIB and others_served


async def dawdle_all(field: Field) -> bool:
    """1,000 slow connections of each kind: all closed within 12 s, others unaffected."""
    good = True
    for name, kind in KINDS.items():
        async with standing_by(field.server.port, PAGE, field.installation.token) as others:
            outcome = await dawdle(field.server.port, kind, field.count(1000), patience=PATIENCE_SECONDS)
        print(f"  {name}: {outcome.closed} of {outcome.opened} closed, the last after {outcome.last_after_s:.1f} s")
        print(f"    {others}")
        good &= outcome.closed == outcome.opened and outcome.last_after_s <= CLOSED_WITHIN_S
        good &= others.quantile_ms(0.99) <= OTHERS_P99_AT_A_RUSH_MS and not others.failures
    return good


async def refuse_to_read(field: Field) -> bool:
    """500 clients that ask for 17 MB and read nothing: cut off within 30 s, memory bounded."""
    token = field.installation.token
    request = f"GET {LARGEST_FILE} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * 10
    before = field.server.private_mib()
    async with standing_by(field.server.port, PAGE, token) as others:
        outcome = await never_read(field.server.port, request, field.count(500), patience=PATIENCE_SECONDS)
    grown = field.server.private_mib() - before
    print(f"  {outcome.closed} of {outcome.opened} cut off, the last after {outcome.last_after_s:.1f} s")
    print(f"  memory +{grown:.1f} MiB; {others}")
    return (
        outcome.closed == outcome.opened and outcome.last_after_s <= CUT_OFF_WITHIN_S and grown <= GROWN_BY_BUFFERS_MIB
    )


async def idle(field: Field) -> bool:
    """10,000 idle connections and 200 requests a second: p99 within 50 ms."""
    count, before = field.count(10_000), field.server.private_mib()
    request = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    held = []
    for start in range(0, count, 500):
        opened = await asyncio.gather(
            *(asyncio.open_connection(HOST, field.server.port) for _ in range(min(500, count - start)))
        )
        for reader, writer in opened:
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
        held += opened
    async with standing_by(field.server.port, PAGE, field.installation.token, per_second=200) as others:
        await asyncio.sleep(15)
    alive = sum(not reader.at_eof() for reader, _ in held)
    grown = field.server.private_mib() - before
    print(f"  {alive} of {count} held, memory +{grown:.1f} MiB; {others}")
    for _, writer in held:
        writer.transport.abort()
    return alive == count and others.quantile_ms(0.99) <= OTHERS_P99_MS and not others.failures


async def guess_tokens(field: Field) -> bool:
    """100,000 guesses: useless, cheap, and nobody else notices."""
    token = field.installation.token
    attempts = guesses(field.count(100_000), token_id=token.split("_")[1], seed=1)
    began, busy = time.perf_counter(), field.server.cpu_seconds()
    async with standing_by(field.server.port, PAGE, token) as others:
        statuses = await guess(field.server.port, SHORTEST_PAGE, attempts, at_once=20)
    seconds, busy = time.perf_counter() - began, field.server.cpu_seconds() - busy
    each = busy / sum(statuses.values()) * 1e6
    print(f"  statuses {dict(statuses)} in {seconds:.1f} s, {each:.0f} µs of the server each; {others}")
    return HTTPStatus.OK not in statuses and not others.failures


PARTS: dict[str, tuple[Callable[[Field], Coroutine[Any, Any, bool]], dict[str, str]]] = {
    "mutations": (mutate, OPEN),
    "dawdling": (dawdle_all, OPEN),
    "never reading": (refuse_to_read, OPEN),
    "idling": (idle, OPEN),
    "guesses": (guess_tokens, {"LLMANAC_ACCESS_LOG": "none"}),
    "guesses without a limit": (guess_tokens, OPEN),
}


def main() -> None:
    """Run the parts that are named, or all; the exit code says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m bench.abuse", description=(__doc__ or "").strip("` "))
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = {}
    with tempfile.TemporaryDirectory(prefix="llmanac-abuse-") as directory:
        installation = install(Path(directory), scopes=("admin",))
        installation.prime()
        for name in arguments.only or PARTS:
            part, variables = PARTS[name]
            print(f"{name}: {part.__doc__}")
            with installation.serve(variables=variables) as server:
                held[name] = asyncio.run(part(Field(server, installation, arguments.share)))
            print(f"  {'holds' if held[name] else 'DOES NOT HOLD'}")
    sys.exit(not all(held.values()))


if __name__ == "__main__":
    main()
