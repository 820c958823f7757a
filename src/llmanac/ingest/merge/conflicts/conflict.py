"""A conflict: two claims of one figure of an offer, the likely cause, and the rule by which one of them is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llmanac.ingest.decode.figure_history import Statement
from llmanac.ingest.decode.sources import SourceFormat
from llmanac.ingest.merge.conflicts.causes import Cause, Figure
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.ingest.merge.conflicts.precedence import rule_of


@dataclass(frozen=True, slots=True)
class ClaimedFigure:
    """A figure, the source that claims it, and since when it has claimed it."""

    source: str
    value: Figure
    statement: Statement | None = None
    """Since when the source has stated it; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two claims of one figure of an offer."""

    offer: str
    provider: str
    base: str
    litellm_id: str
    field: str
    """A rate, in USD per million tokens; or ``context`` or ``max_output``, in tokens."""
    served: ClaimedFigure
    other: ClaimedFigure
    cause: Cause
    served_rule: ServedRule
    """The rule by which the served one is."""
    rule: str
    """The same in a sentence, with its days."""

    @property
    def claims(self) -> tuple[ClaimedFigure, ClaimedFigure]:
        """Both claims, the served one first."""
        return (self.served, self.other)

    @property
    def ratio(self) -> float | None:
        """The other figure over the served one; None where either is zero."""
        served, other = self.served.value, self.other.value
        return float(other) / float(served) if served and other else None


def reason_of(
    rule: ServedRule, served: ClaimedFigure, other: ClaimedFigure, *, sources: Mapping[str, SourceFormat]
) -> str:
    """The reason why one of two claims is served, in a sentence, with its days."""
    mine, its = sources[served.source], sources[other.source]
    if rule is ServedRule.ORDER or served.statement is None or other.statement is None:
        return rule_of(mine, its)
    stated = f"{mine.label} has stated {served.value} {_since(served.statement)}"
    before = f"{its.label} {other.value} {_since(other.statement)}"
    if rule is ServedRule.LEFT:
        return f"{stated}, having stated {other.value} before; {before}. A figure that was left is stale."
    if rule is ServedRule.LAB:
        return f"{stated}, as the model's own lab does today; {before}."
    return f"{stated}; {before}. The figure of the later day is served."


def _since(statement: Statement) -> str:
    return f"since {statement.since}{' or earlier' if statement.since_oldest else ''}"
