"""Judged questions, and how well an answer does."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

HERE = Path(__file__).parent
CATEGORIES = ("exact", "alias", "nosep", "typo", "prefix", "multi-token", "dated", "family")
ROUNDS = ("first", "second", "third", "fourth")
FIRST_TEN = 10
FIRST_TWENTY = 20

Search = Callable[[str], Sequence[str]]
"""From a question to the ids of the first twenty results."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and the ids that answer it."""

    query: str
    category: str
    round: str
    """When it was composed; see the package's own words."""
    acceptable: frozenset[str]
    preferred: frozenset[str]
    """The results that a person expects first; empty where it does not matter."""


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one result, or the mean of many."""

    success: float
    """The first result is acceptable."""
    preferred: float | None
    """The first result is a preferred one; None where there is none."""
    reciprocal_rank: float
    """One by the place of the first acceptable result, of the first ten."""
    recall: float
    """The share of acceptable results in the first twenty, of as many as these can hold."""


def judged_questions(queries: Path = HERE / "queries.jsonl", models: Path = HERE / "models.json") -> list[Judged]:
    """All questions of a file. ``models`` has the ids of each base model that they name."""
    offers: Mapping[str, list[str]] = json.loads(models.read_text(encoding="utf-8"))
    lines = queries.read_text(encoding="utf-8").splitlines()
    return [_judged(json.loads(line), offers) for line in lines]


def score(judged: Judged, found: Sequence[str]) -> Score:
    """The measures of one answer."""
    place = next((place for place, it in enumerate(found[:FIRST_TEN], 1) if it in judged.acceptable), None)
    return Score(
        success=float(bool(found) and found[0] in judged.acceptable),
        preferred=float(bool(found) and found[0] in judged.preferred) if judged.preferred else None,
        reciprocal_rank=1 / place if place else 0.0,
        recall=len(judged.acceptable.intersection(found[:FIRST_TWENTY])) / min(FIRST_TWENTY, len(judged.acceptable)),
    )


def score_all(questions: Iterable[Judged], search: Search) -> dict[str, list[tuple[Judged, Score]]]:
    """Every question with its score, by category and together as ``all``."""
    scores: defaultdict[str, list[tuple[Judged, Score]]] = defaultdict(list)
    for judged in questions:
        scored = (judged, score(judged, search(judged.query)))
        scores[judged.category].append(scored)
        scores["all"].append(scored)
    return scores


def mean(scores: Iterable[tuple[Judged, Score]]) -> Score:
    """The mean of at least one score."""
    every = [score for _, score in scores]
    preferred = [score.preferred for score in every if score.preferred is not None]
    return Score(
        success=fmean(score.success for score in every),
        preferred=fmean(preferred) if preferred else None,
        reciprocal_rank=fmean(score.reciprocal_rank for score in every),
        recall=fmean(score.recall for score in every),
    )


def _judged(row: Mapping[str, Any], offers: Mapping[str, list[str]]) -> Judged:
    acceptable = row.get("acceptable") or [
        it
        for model in row["models"]
        for it in offers[model]
        if ("at" not in row or it.partition("/")[0] in row["at"])
        and ("dated" not in row or row["dated"] in it.replace("-", ""))
    ]
    return Judged(
        row["query"], row["category"], row.get("round", ""), frozenset(acceptable), frozenset(row["preferred"])
    )
