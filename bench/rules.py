"""Costs of an organisation's rules, beside the same without them: python -m bench.rules [--rounds N].

Overlays: a build with 10,000 rules beside one without, their memory, and how soon a saved one is served. Policies:
answers from the cache and answers that are worked out, to a token under a policy beside one that is under none, in the
same rounds; and the time and the memory of a thousand policies, each read for a token of its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import saved_overlays
from bench.client import Target
from bench.figure import Figure
from bench.load import drive
from bench.mix import compose, write_paths
from bench.product import LLMANAC, PAGE, Installation, install
from bench.server import private_mib
from llmanac import settings
from llmanac.rules.documents import read_overlay, read_policies, read_policy
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.rules.visibility import Visibility
from llmanac.rules.visibility import read_policy as read_on
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.restricted import RestrictedEdition
from llmanac.service.runtime.malloc import give_back_memory
from llmanac.standalone import open_feeds

RULES = 10_000
SAVES = 50
POLICIES = 1_000
CONNECTIONS = 8
SECONDS = 4.0
POLICY = """
[[policies]]
name = "bench"
default = "deny"

[[policies.rules]]
effect = "deny"
where = { min_price = 20 }

[[policies.rules]]
effect = "allow"
match = ["*/*claude*", "openai/*", "azure/*", "google/*", "amazon-bedrock/*"]
"""
RULE_KINDS: Mapping[str, Callable[[str, int], dict[str, Any]]] = {
    "exact ids": lambda id_, number: {"match": id_, "set": {"tags": f"t{number % 50}"}, "reason": "bench"},
    "globs": lambda id_, number: {"match": f"{id_[:-2]}*", "set": {"tags": f"t{number % 50}"}, "reason": "bench"},
    "own prices": lambda id_, number: {"match": id_, "set": {"rates": {"input": number / 1000}}, "reason": "bench"},
}
"""Makes a rule of an id and a number."""
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement")
    rounds = parser.parse_args().rounds
    weigh_overlays()
    measure_policies()
    measure_overlays(rounds)
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        measure_answers(Path(directory), rounds)
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        saved_overlays.measure(Path(directory), saves=SAVES)


def weigh_overlays() -> None:
    """Weigh the documents of overlays, of which each process has its own; before anything else leaves memory free."""
    read_overlay({"name": "first", "rules": []})
    kept = []
    for kind, rule in RULE_KINDS.items():
        text = json.dumps({"name": "bench", "rules": [rule(f"openai/gpt-{number}", number) for number in range(RULES)]})
        before = memory_mib()
        kept.append(read_overlay(json.loads(text)))
        put(f"memory of {RULES:,} rules of {kind}, MiB", Figure.of([memory_mib() - before]), "at most 30")


def measure_overlays(rounds: int) -> None:
    """Time builds of the embedded feeds, each beside one without rules in the same round.

    Rules are about exact ids and state one of fifty tags, or a price that no other rule states; or they are globs, of
    which up to seven are about one offer.
    """
    feeds = list(open_feeds(settings.load()))
    ids = build_overlaid(feeds).edition().ids
    for kind, rule in RULE_KINDS.items():
        rules = [rule(id_, number) for number, id_ in enumerate(islice(cycle(ids), RULES))]
        overlay = read_overlay({"name": "bench", "rules": rules})
        own = (feed_of([DeclaredOverlay(overlay=overlay, author="bench", written_at=NOW)], NOW),)
        with_rules = [*feeds, *filter(None, own)]
        without, given = [], []
        for _ in range(rounds):
            without.append(seconds(partial(build_overlaid, feeds)))
            given.append(seconds(partial(build_overlaid, with_rules)))
        put(f"build with {RULES:,} rules of {kind}, ratio", Figure.ratio(given, without), "at most 1.5")
        put(f"build with {RULES:,} rules of {kind}, seconds more", Figure.of(differences(given, without)), "")


def measure_policies() -> None:
    """Time and weigh a thousand policies on the embedded catalog."""
    edition: Edition = build_overlaid(open_feeds(settings.load())).edition()
    put("everything that policies choose from, once, s", Figure.of([seconds(lambda: edition.selectable)]), "")
    hosts = sorted({id_.split("/")[0] for id_ in edition.ids})
    policies = [
        read_policy(
            {
                "name": f"team-{number}",
                "default": "deny",
                "rules": [
                    {"effect": "deny", "where": {"min_price": 5 + number % 40}},
                    {"effect": "allow", "match": [f"{hosts[number % len(hosts)]}/*", "openai/*", f"*/*{number % 10}*"]},
                ],
            }
        )
        for number in range(POLICIES)
    ]
    before, kept, times = memory_mib(), [], []
    for it in policies:
        began = time.perf_counter()
        kept.append(RestrictedEdition(edition, Visibility((read_on(it, edition.selectable),))))
        times.append((time.perf_counter() - began) * 1000)
    put("reading a policy, ms", Figure.of(times), "")
    put(f"memory of {len(kept):,} policies, MiB", Figure.of([private_mib(os.getpid()) - before]), "at most 30")


def measure_answers(directory: Path, rounds: int) -> None:
    """Ask a server with one token and with the other, in turn."""
    free = install(directory / "data")
    file = directory / "policies.toml"
    file.write_text(POLICY)
    run("policy", "apply", "--yes", str(file), f"--data-dir={free.data_dir}")
    under = Installation(
        free.data_dir, run("token", "create", "--name=under", "--policy=bench", f"--data-dir={free.data_dir}")
    )
    directory.chmod(0o755)
    build = build_overlaid(open_feeds(settings.load()))
    edition = build.edition()
    [policy] = read_policies(POLICY, origin="bench")
    seen = RestrictedEdition(edition, Visibility((read_on(policy, edition.selectable),)))
    about_seen = compose(replace(build.build.catalog, offers=[*seen.offers]))
    # Nothing is found of what is hidden, so that a misspelling is looked for, which costs more.
    about_all = compose(build.build.catalog)
    cases: Sequence[tuple[str, int, Path | None, str]] = (
        ("from the cache", 16, None, "at most 1.05"),
        ("worked out, about what is seen", 0, write_paths(about_seen, directory / "seen.txt"), "at most 1.10"),
        ("worked out, about hidden models too", 0, write_paths(about_all, directory / "all.txt"), ""),
    )
    for name, cache_mib, asked, target in cases:
        with free.serve(cache_mib=cache_mib) as server:
            times: dict[str, list[float]] = {"free": [], "under": []}
            for number in range(rounds + 1):
                for key, who in (("free", free), ("under", under)):
                    load = drive(
                        Target(server.port, PAGE, who.headers), connections=CONNECTIONS, seconds=SECONDS, paths=asked
                    )
                    if number:  # the first round warms
                        times[key].append(1e6 / load.rate)
            put(f"{name}, under a policy, µs of the server", Figure.of(times["under"]), "")
            put(f"{name}, under a policy, ratio", Figure.ratio(times["under"], times["free"]), target)


def run(*arguments: str) -> str:
    """The output of a command of llmanac."""
    done = subprocess.run([*LLMANAC, *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=120)
    return done.stdout.strip()


def memory_mib() -> float:
    """The private memory of this process, without what is only waiting to be given back."""
    gc.collect()
    give_back_memory()
    return private_mib(os.getpid())


def seconds(work: Callable[[], object]) -> float:
    """The time that some work takes."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def differences(samples: Sequence[float], to: Sequence[float]) -> list[float]:
    """The surplus of each sample over that of the same round."""
    return [sample - other for sample, other in zip(samples, to, strict=True)]


def put(name: str, figure: Figure, target: str) -> None:
    """Print a figure, and its target if there is one."""
    spread = f"({figure.least:.3f} to {figure.most:.3f}, {figure.runs} runs)"
    print(f"{name:62} {figure.median:9.3f}  {spread:38} {target}")


if __name__ == "__main__":
    main()
