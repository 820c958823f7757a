"""Changes in words, for people: in feeds, tables and notices."""

from __future__ import annotations

from collections.abc import Sequence

from llmanac.history.change import ChangeKind, Difference, Value

ESSENTIAL = ("input", "output", "context")
"""What tells at a glance what a model is that came or went."""


def summary(kind: ChangeKind, differences: Sequence[Difference], *, previous: str | None = None) -> str:
    """What happened to an offer, in one line without its id; empty where the kind says it all."""
    if kind is ChangeKind.RENAMED:
        return f"was {previous}"
    if kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
        known = {it.field: it.before if it.after is None else it.after for it in differences}
        return ", ".join(f"{name} {shown(known[name])}" for name in ESSENTIAL if name in known)
    return "; ".join(map(told, differences))


def told(difference: Difference) -> str:
    """One difference: ``input 3 → 2``, ``capabilities +vision -pdf``."""
    before, after = _texts(difference.before), _texts(difference.after)
    if before is not None and after is not None:
        gained = [f"+{it}" for it in after if it not in before]
        lost = [f"-{it}" for it in before if it not in after]
        return f"{difference.field} {' '.join([*gained, *lost])}"
    return f"{difference.field} {shown(difference.before)} → {shown(difference.after)}"


def shown(value: Value) -> str:
    """One value."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(shown, value)) or "none"
        case dict():
            return " ".join(f"{name} {shown(inner)}" for name, inner in value.items())
        case _:
            return str(value)


def _texts(value: Value) -> list[str] | None:
    """A list of words, where it is one."""
    if not isinstance(value, list):
        return None
    words = [it for it in value if isinstance(it, str)]
    return words if len(words) == len(value) else None
