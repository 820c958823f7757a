"""Session files of Codex, ``~/.codex/sessions/**/*.jsonl``: running totals of tokens, of which each step is a request.

A total is written again where nothing was used, and begins anew in a session that goes on from another; what the file
before it has counted is not counted again.
"""

from __future__ import annotations

from typing import Any

from llmanac.usage.counts import Object, consistent, contradiction, count, part
from llmanac.usage.record import NotPricedReason, Skipped, UsageCounts, UsageFault, UsageReading, UsageRecord
from llmanac.usage.times import read_time

NAME = "codex"
KINDS = frozenset({"session_meta", "turn_context", "event_msg", "response_item", "compacted"})
FIELDS = ("id", "cwd", "originator", "cli_version")
"""Of the session, what totals can be grouped by."""
LABS_OWN = "openai"
"""The host of a session that names no other."""
NAMES = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")


def is_line(line: Object) -> bool:
    """Whether a line is of such a file."""
    kind = line.get("type")
    return isinstance(kind, str) and kind in KINDS and isinstance(line.get("payload"), dict)


class CodexSession:
    """One session file, read from its beginning."""

    def __init__(self) -> None:
        self._model: str | None = None
        self._host: str | None = None
        self._fields: dict[str, Any] = {}
        self._total: tuple[int, ...] | None = None

    def read(self, line: dict[str, Any]) -> UsageRecord | Skipped:
        """The request that a line tells of; Skipped where it tells of none. Raises UsageFault."""
        payload = line["payload"]
        if line["type"] == "session_meta":
            self._fields = {f"session_{name}" if name == "id" else name: payload.get(name) for name in FIELDS}
            host = payload.get("model_provider")
            self._host = host if isinstance(host, str) and host and host != LABS_OWN else None
        elif line["type"] == "turn_context":
            if isinstance(payload.get("model"), str):
                self._model = payload["model"]
            if "cwd" in payload:
                self._fields = {**self._fields, "cwd": payload["cwd"]}
        elif payload.get("type") == "token_count" and isinstance(payload.get("info"), dict):
            return self._step(line, payload["info"])
        return Skipped.OTHER

    def _step(self, line: dict[str, Any], info: Object) -> UsageRecord | Skipped:
        counts = self._counts(info)
        if counts is None:
            return Skipped.REPEATED
        if self._model is None:
            raise UsageFault(NotPricedReason.NO_MODEL, "No model was named before it.")
        at = read_time(line.get("timestamp"))
        return UsageRecord(
            self._model, self._host, self._host is not None, at, UsageReading(counts), NAME, self._fields
        )

    def _counts(self, info: Object) -> UsageCounts | None:
        """The tokens since the total before; None where there are none."""
        last = part(info, "last_token_usage")
        totals = part(info, "total_token_usage")
        step = tuple([count(last, name) for name in NAMES])
        if not totals:
            return _checked(step)
        total, before = tuple([count(totals, name) for name in NAMES]), self._total
        self._total = total
        if total == before:
            return None
        if before is None:
            return _checked(step if last else total)
        if any(now < earlier for now, earlier in zip(total, before, strict=True)):
            if total != step:
                raise contradiction("The total is less than the one before it.")
            return _checked(step)
        return _checked(tuple([now - earlier for now, earlier in zip(total, before, strict=True)]))


def _checked(numbers: tuple[int, ...]) -> UsageCounts:
    whole, cached, output, reasoning = numbers
    return consistent(UsageCounts(input=whole, cache_read=cached, output=output, reasoning=reasoning))
