"""A measured value: the median of several runs, and how far they lay apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of some runs, the least and the most of them."""

    median: float
    least: float
    most: float
    runs: int

    @classmethod
    def of(cls, samples: Sequence[float]) -> Figure:
        """The figure of at least one sample."""
        return cls(statistics.median(samples), min(samples), max(samples), len(samples))

    @classmethod
    def ratio(cls, samples: Sequence[float], to: Sequence[float]) -> Figure:
        """Quotients of what was measured in the same round, so that a busy minute weighs on both."""
        return cls.of([sample / other for sample, other in zip(samples, to, strict=True)])


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of ascending values does not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
