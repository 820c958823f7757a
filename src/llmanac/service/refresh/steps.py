"""The steps of a refresh, and the callback that observes them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class RefreshStep(StrEnum):
    """The steps of a refresh, in order."""

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
"""Called at each step with its subject: a source, a content's SHA-256, a snapshot's number or the refresh's id."""


def unobserved(_step: RefreshStep, _about: str) -> None:
    """Ignore the step."""
