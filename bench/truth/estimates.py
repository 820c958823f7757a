"""Compare estimates with totals that were worked out by hand: python -m bench.truth estimates.

Each line of estimates.jsonl is a case: a model, a workload, its total in USD, and the arithmetic (``work``, in tokens x
USD per million). Without ``feeds`` of its own it is about the embedded catalog, whose prices are of its dated feeds.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from llmanac.domain.usage import Usage
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.ingest.pipeline import build
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.estimate import Estimate
from llmanac.service.offers.rate_cards import STANDARD
from llmanac.service.offers.workload import Workload

CASES = Path(__file__).with_name("estimates.jsonl")
OFF_PEAK = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""The time of cases that name none: a Saturday, when no host has peak hours."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, and the estimate that it is compared with."""

    case: Mapping[str, Any]
    found: Estimate

    @property
    def is_equal(self) -> bool:
        """True if the total is exactly the one that was worked out, and the warnings are those that are named."""
        total = self.case["total"]
        codes = {warning.code.value for warning in self.found.warnings}
        return self.found.total == (None if total is None else Decimal(total)) and codes >= set(
            self.case.get("warnings", ())
        )


def judge_all(edition: Edition, cases: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """Judge each case, on this edition or on the feeds that it brings."""
    for case in cases:
        asked = _edition_of(case["feeds"]) if "feeds" in case else edition
        [found] = asked.services.estimator.rank_named([case["model"]], workload_of(case)).models
        yield Judged(case, found)


def workload_of(case: Mapping[str, Any]) -> Workload:
    """The workload of a case."""
    return Workload(
        tokens=Usage(**case["tokens"]),
        requests=case.get("requests", 1),
        batch_share=Decimal(str(case.get("batch_share", 0))),
        service=case.get("service", STANDARD),
        at=datetime.fromisoformat(case["at"]) if "at" in case else OFF_PEAK,
    )


def read_cases() -> list[dict[str, Any]]:
    """All cases."""
    return [json.loads(line) for line in CASES.read_text().splitlines()]


def kinds_of(case: Mapping[str, Any]) -> Iterator[str]:
    """The kinds of price that a case is about."""
    yield from case["tokens"]
    yield f"service {case.get('service', STANDARD)}"
    if case.get("batch_share"):
        yield "batch"
    if "at" in case:
        yield "hours"


def main(arguments: Sequence[str]) -> None:
    """Print how many totals are equal, by kind of price, and each that is not."""
    if arguments:
        sys.exit("This measure takes no options.")
    judged = list(judge_all(Edition.of(build(open_sources())), read_cases()))
    wrong = [it for it in judged if not it.is_equal]
    for it in wrong:
        print(
            f"{it.case['model']} {it.case['tokens']}: {it.found.total}, by hand {it.case['total']} ({it.case['work']})"
        )
    print(f"{len(judged) - len(wrong)} of {len(judged)} totals are equal.")
    for kind, number in Counter(kind for it in judged for kind in kinds_of(it.case)).most_common():
        print(f"{number:4} {kind}")


def _edition_of(feeds: Mapping[str, Any]) -> Edition:
    made = [
        Feed.of(json.dumps(content).encode(), name=name, origin="case", date="2026-11-27")
        for name, content in feeds.items()
    ]
    return Edition.of(build(made))
