"""Session files of Claude Code, ``~/.claude/projects/*/*.jsonl``: Anthropic messages among much else.

A response is written again while it streams, and copied where a session goes on from another; ``Repeats`` counts each
once. Its id is that of the message with that of the request, or with that of the session where a gateway states none.
"""

from __future__ import annotations

from typing import Any

from llmanac.usage.counts import Object
from llmanac.usage.record import NotPricedReason, Skipped, UsageFault, UsageRecord
from llmanac.usage.shapes import anthropic
from llmanac.usage.times import read_time

NAME = "claude_code"
SYNTHETIC = "<synthetic>"
"""The model of messages that the program itself wrote."""
MARKS = frozenset({"sessionId", "leafUuid", "snapshot"})
"""Keys by which its lines are known."""


def is_line(line: Object) -> bool:
    """Whether a line is of such a file."""
    return "type" in line and not MARKS.isdisjoint(line)


def read(line: dict[str, Any]) -> tuple[tuple[str, str] | None, UsageRecord] | Skipped:
    """The id of a request, where it has one, and its record; Skipped for lines without. Raises UsageFault."""
    message = line.get("message")
    if not isinstance(message, dict) or not isinstance(usage := message.get("usage"), dict):
        return Skipped.OTHER
    model = message.get("model")
    if model == SYNTHETIC:
        return Skipped.OTHER
    if not isinstance(model, str) or not model:
        raise UsageFault(NotPricedReason.NO_MODEL, "There is no model id.")
    reading = anthropic.SHAPE.read(message, usage)
    record = UsageRecord(model, None, False, read_time(line.get("timestamp")), reading, NAME, line)
    id_, request = message.get("id"), line.get("requestId") or line.get("sessionId")
    return (str(id_), str(request)) if id_ else None, record
