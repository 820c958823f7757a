"""The steps of a refresh, for those who watch one."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class RefreshStep(StrEnum):
    """How far a refresh has come, in order."""

    ASKING = "asking"
    ASKED = "asked"
    EVALUATING = "evaluating"
    EVALUATED = "evaluated"
    WRITING = "writing"
    CONTENT_WRITTEN = "content written"
    SNAPSHOT_WRITTEN = "snapshot written"
    STATE_WRITTEN = "state written"
    RECORD_WRITTEN = "record written"
    PRUNED = "pruned"
    COMMITTED = "committed"
    PUBLISHED = "published"


ObserveStep = Callable[[RefreshStep, str], None]
"""Called at each step with what it is about: a source, a content's SHA-256, a number or the refresh's id."""


def unobserved(_step: RefreshStep, _about: str) -> None:
    """Nobody watches."""
