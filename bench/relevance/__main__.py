"""Score the search of this checkout on the judged questions, in the process.

python -m bench.relevance [--data DIR] [--round first|second|third|fourth] [--queries FILE] [--failures]
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.relevance.judged import (
    CATEGORIES,
    FIRST_TWENTY,
    HERE,
    ROUNDS,
    Judged,
    Score,
    Search,
    judged_questions,
    mean,
    score_all,
)
from llmanac.ingest import pipeline
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import build_query

DATA = HERE.parents[2] / "shared" / "data"
FEEDS = {"models.dev": "models-dev-2026-08-18.json.gz", "litellm": "litellm-2026-11.json.gz"}
"""The feeds of the catalog that the questions are judged on."""


def main() -> None:
    """Print the measures by category."""
    parser = argparse.ArgumentParser(description="Score search on judged questions.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of recorded feeds")
    parser.add_argument("--queries", type=Path, default=HERE / "queries.jsonl", help="other judged questions")
    parser.add_argument("--round", choices=ROUNDS, help="only the questions of this round")
    parser.add_argument("--failures", action="store_true", help="print each question whose first result is wrong")
    options = parser.parse_args()
    questions = [it for it in judged_questions(options.queries) if options.round in {None, it.round}]
    catalog = pipeline.build(open_sources({source: options.data / name for source, name in FEEDS.items()})).catalog
    index = Index(catalog)

    def search(text: str) -> list[str]:
        return [catalog.offers[it].id for it in engine.run(build_query(query=text, limit=FIRST_TWENTY), index).numbers]

    scores = score_all(questions, search)
    if options.failures:
        _print_failures(scores["all"], search)
    _print_table(scores)


def _print_failures(scores: Sequence[tuple[Judged, Score]], search: Search) -> None:
    for judged, score in scores:
        if not score.success or score.preferred == 0:
            wanted = sorted(judged.preferred or judged.acceptable)[:2]
            print(f"{judged.category:12} {judged.query!r}: {search(judged.query)[:3]}, not {wanted}")


def _print_table(scores: Mapping[str, Sequence[tuple[Judged, Score]]]) -> None:
    print(f"{'':12} {'rows':>5} {'success@1':>10} {'preferred@1':>12} {'MRR@10':>8} {'recall@20':>10}")
    for category in (*CATEGORIES, "all"):
        if of_category := scores.get(category):
            it = mean(of_category)
            preferred = "" if it.preferred is None else f"{it.preferred:.3f}"
            print(
                f"{category:12} {len(of_category):5} {it.success:10.3f} {preferred:>12} "
                f"{it.reciprocal_rank:8.3f} {it.recall:10.3f}"
            )


if __name__ == "__main__":
    main()
