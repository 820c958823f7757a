"""Estimates are the totals that were worked out by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from bench.truth.estimates import judge_all, kinds_of, read_cases

from llmanac.domain.usage import TokenKind
from llmanac.service.editions.edition import Edition

CASES = read_cases()
FEWEST = 60
SERVICES = ("standard", "flex", "priority", "fast", "ultrafast", "balanced", "decisions")


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{it['model']}" for number, it in enumerate(CASES)])
def test_the_total_is_the_one_that_was_worked_out(embedded_edition: Edition, case: dict[str, Any]) -> None:
    [judged] = judge_all(embedded_edition, [case])
    assert judged.is_equal, (judged.found.total, case["total"], case["work"], judged.found.warnings)


def test_every_kind_of_price_is_among_them() -> None:
    kinds = Counter(kind for case in CASES for kind in kinds_of(case))
    assert len(CASES) >= FEWEST
    assert kinds.keys() >= {*map(str, TokenKind), "batch", "hours", *(f"service {name}" for name in SERVICES)}
