"""The states of the rules of overlays, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def notable_states(rule: Mapping[str, Any]) -> list[str]:
    """The warnings about a rule, as the API answers with it; none about one that is as it should be."""
    if rule["trouble"]:
        return [str(rule["trouble"])]
    moved, others = rule["upstream_changed"], rule["in_conflict_with"]
    return [
        *(name for name in ("idle", "redundant") if rule[name]),
        *([f"upstream changed: {', '.join(moved)}"] if moved else []),
        *([f"contradicts {', '.join(others)}"] if others else []),
    ]
