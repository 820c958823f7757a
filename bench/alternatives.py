"""Speed of alternatives: python -m bench.alternatives [--subjects N] [--rounds N].

Asks for the alternatives to offers from all over the embedded catalog, in this process, each with a limit of ten hosts
and ten models. Prints the CPU time of an answer: the median, and what a tenth and a hundredth of them exceed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence

import llmanac
from bench.figure import percentile

SUBJECTS = 1_000
ROUNDS = 3
SEED = 20261126
MUST_MS = 10.0
"""Milliseconds that the median answer may take."""


def times(catalog: llmanac.Catalog, ids: Sequence[str]) -> list[float]:
    """The CPU time of each answer in milliseconds, ascending."""
    taken = []
    for id_ in ids:
        begin = time.thread_time()
        catalog.alternatives(id_)
        taken.append((time.thread_time() - begin) * 1e3)
    return sorted(taken)


def main() -> int:
    """Measure, and print; 1 where it takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=SUBJECTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with llmanac.open_catalog() as catalog:
        listed = [offer.id for offer in catalog.search(listed_by="any")]
        ids = random.Random(SEED).sample(listed, min(arguments.subjects, len(listed)))
        rounds = [times(catalog, ids) for _ in range(arguments.rounds + 1)][1:]  # the first one reads all in
    best = min(rounds, key=lambda taken: percentile(taken, 0.5))
    middle = percentile(best, 0.5)
    print(
        f"{len(ids):,} models: {middle:.1f} ms in the median, {percentile(best, 0.9):.1f} ms for a tenth of them, "
        f"{percentile(best, 0.99):.1f} ms for a hundredth"
    )
    return 0 if middle <= MUST_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
