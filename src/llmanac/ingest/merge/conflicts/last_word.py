"""Decides which of two figures is served where nothing but time explains that they differ: that of who spoke last.

By the order of the sources, the first one's figure is served. The other's is served instead where it spoke last:

- the first one states a figure that the other stated before and has left;
- or the other's has been stated since a later day than the first one's. What stands in the oldest feed of a source has
  no day, since nobody knows when it was written;
- or the first one's is as old as its oldest feed, and the lab's own host states the other's figure today.

It is not where the first source has left the other's figure: that one is stale. Nor where a named cause explains the
difference; for a region of Bedrock, whose prices neither source tells apart well; nor where the figures are more than
five times apart, unless the lab's own host states the other's figure, too, or the price of the whole is the other
source's already: one list has the price of input and that of cached input.

Measured on the feeds of May to November 2026 and the labs' own figures of October; see ``docs/truth.md``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto

from llmanac.domain.dates import day_of
from llmanac.ingest.decode.figure_history import Statement
from llmanac.ingest.merge.conflicts.causes import Cause, Disagreement, Figure, is_same

MOST_APART = 5
"""Maximum factor between two figures of which the other source's may be served."""
BEDROCK = "amazon-bedrock"
BEDROCK_REGION = re.compile(r"(?:us|eu|apac|jp|au|ca|in|sa|global)(?:-gov)?\.")
"""The mark of a region before a model of Bedrock."""


class ServedRule(StrEnum):
    """The rule by which one of two figures is served."""

    ORDER = auto()
    """The order of the sources."""
    OVERLAY = auto()
    """The organisation states it, in an overlay."""
    LATER = auto()
    """It has been stated since a later day."""
    LEFT = auto()
    """Its source has left the figure that the other one states."""
    LAB = auto()
    """The lab's own host states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence for who spoke last about one figure."""

    served: Statement
    """The statement of the first source, whose figure is served by the order of the sources."""
    other: Statement
    served_has_left: bool
    """True if the first source stated the other's figure before."""
    other_has_left: bool
    """True if the other source stated the first one's figure before."""


def decide(
    case: Disagreement, cause: Cause, evidence: Evidence, *, lab: Collection[Figure] = (), has_whole: bool = False
) -> ServedRule:
    """The rule by which a figure is served; by any but ORDER, it is the other source's.

    ``lab`` are the figures that are served of the same model at its lab's own hosts; none where this is one of them.
    ``has_whole`` is True if the price of the input or the output that the figure is about a part of is the other
    source's.
    """
    agrees_with_lab = any(is_same(figure, case.other) for figure in lab)
    is_credible = has_whole or agrees_with_lab or _is_within_bound(case)
    if cause is not Cause.DRIFT or _is_of_a_region(case) or not is_credible or case.ratio is None:
        return ServedRule.ORDER
    if evidence.served_has_left != evidence.other_has_left:
        return ServedRule.LEFT if evidence.other_has_left else ServedRule.ORDER
    if _is_later(evidence.other, evidence.served):
        return ServedRule.LATER
    return ServedRule.LAB if evidence.served.since_oldest and agrees_with_lab else ServedRule.ORDER


def _is_later(one: Statement, other: Statement) -> bool:
    return not one.since_oldest and day_of(one.since) > day_of(other.since)


def _is_of_a_region(case: Disagreement) -> bool:
    return case.offer.provider == BEDROCK and BEDROCK_REGION.match(case.offer.model) is not None


def _is_within_bound(case: Disagreement) -> bool:
    return case.ratio is not None and 1 / Decimal(MOST_APART) <= case.ratio <= MOST_APART
