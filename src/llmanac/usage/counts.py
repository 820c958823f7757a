"""Counts of tokens, checked as they are read: whole, not negative, not huge, and not contradicting each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmanac.domain.usage import MAX_TOKENS
from llmanac.usage.record import NotPricedReason, UsageCounts, UsageFault

Object = Mapping[str, Any]

MOST_TOOLS, LONGEST_TOOL = 50, 60
"""Tools that a request may have used, and characters of a tool's name."""


def count(values: Object, name: str) -> int:
    """The number under a name; 0 where there is none. Raises UsageFault for one that no request has."""
    value = values.get(name)
    if value.__class__ is int and 0 <= value <= MAX_TOKENS:
        return value
    if value is None:
        return 0
    raise _no_count(name, value)


def required(values: Object, name: str) -> int:
    """The number under a name. Raises UsageFault where there is none, and as ``count`` does."""
    value = values.get(name)
    if value.__class__ is int and 0 <= value <= MAX_TOKENS:
        return value
    if value is None:
        raise UsageFault(NotPricedReason.MISSING_COUNT, f"{name} is missing.")
    raise _no_count(name, value)


def part(values: Object, name: str) -> Object:
    """The object under a name; an empty one where there is none. Raises UsageFault for anything else."""
    value = values.get(name)
    if value.__class__ is dict:
        return value
    if value is None:
        return {}
    raise UsageFault(NotPricedReason.BAD_COUNT, f"{name} is no object.")


def tools(values: Object, *names: str) -> tuple[tuple[str, int], ...]:
    """What was used besides tokens, of these names; without zeros. Raises UsageFault."""
    if len(names) > MOST_TOOLS or any(len(name) > LONGEST_TOOL for name in names):
        raise UsageFault(NotPricedReason.BAD_COUNT, f"More than {MOST_TOOLS} tools, or tools of long names, were used.")
    return tuple([(name, number) for name in names if (number := count(values, name))])


def consistent(counts: UsageCounts) -> UsageCounts:
    """The counts as they are. Raises UsageFault where parts exceed their whole."""
    whole, read, minutes, hour, hours, audio, image, output, reasoning, made_audio, made_image = counts
    if (parts := read + minutes + hour + hours + audio + image) > whole:
        raise contradiction(f"Of {whole:,} tokens of input, {parts:,} are cached, audio or images.")
    if (parts := reasoning + made_audio + made_image) > output:
        raise contradiction(f"Of {output:,} tokens of output, {parts:,} are reasoning, audio or images.")
    return counts


def contradiction(detail: str) -> UsageFault:
    """The fault of counts that contradict each other."""
    return UsageFault(NotPricedReason.CONTRADICTORY_COUNTS, detail)


def _no_count(name: str, value: object) -> UsageFault:
    if value.__class__ is int and value > MAX_TOKENS:
        return UsageFault(NotPricedReason.HUGE_COUNT, f"{name} is more than {MAX_TOKENS:,}.")
    return UsageFault(NotPricedReason.BAD_COUNT, f"{name} is {str(value)[:40]!r}, which is no number of tokens.")
