"""The states of rules, and the values that documents state, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from llmanac.pages.drawing.formatting import UNKNOWN
from llmanac.rules.validity import Validity
from llmanac.service.rules.overlays.plan import RuleState

VALIDITIES = {Validity.SCHEDULED: "scheduled", Validity.EXPIRED: "expired"}
"""The labels of a rule that does not hold now."""


def stated(value: Any) -> str:
    """A value of a document or of a source's record, as text."""
    if value is None or value in ((), []):
        return UNKNOWN if value is None else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and not any(isinstance(it, Mapping | list | tuple) for it in value):
        return ", ".join(map(stated, value))
    if isinstance(value, Mapping | list | tuple):
        return orjson.dumps(value, default=str).decode()
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) and value < 1 else str(value)


def rule_labels(state: RuleState) -> Iterator[str]:
    """The labels of a rule: in force, or what a person should look at."""
    if state.trouble is not None:
        yield "in trouble"
    elif state.validity in VALIDITIES:
        yield VALIDITIES[state.validity]
    elif state.matched is None:
        yield "is being laid"
    elif state.idle:
        yield "idle"
    elif state.redundant:
        yield "redundant"
    elif not (state.in_conflict_with or state.upstream_changed):
        yield "in force"
    if state.in_conflict_with:
        yield "in conflict"
    if state.upstream_changed:
        yield "upstream changed"


def state_counts(states: Iterable[RuleState]) -> Counter[str]:
    """The number of rules with each label, without those that are simply in force."""
    return Counter(label for state in states for label in rule_labels(state) if label != "in force")
