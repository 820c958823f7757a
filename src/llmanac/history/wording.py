"""Describes changes in words: for Atom feeds and the command's tables."""

from __future__ import annotations

from collections.abc import Sequence

from llmanac.history.change import ChangeKind, Difference, DifferenceCause, Value

CAUSES = {
    DifferenceCause.SERVED_SOURCE: "another source's figure is served",
    DifferenceCause.OVERLAY: "by the organisation's overlays",
}
ESSENTIAL = ("input", "output", "context")
"""The facts that are shown of an added or a removed model."""


def summary(kind: ChangeKind, differences: Sequence[Difference], *, previous: str | None = None) -> str:
    """A change in one line, without the offer's id; empty where the kind says it all."""
    if kind is ChangeKind.RENAMED:
        return f"was {previous}"
    if kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
        known = {it.field: it.before if it.after is None else it.after for it in differences}
        told = ", ".join(f"{name} {value_text(known[name])}" for name in ESSENTIAL if name in known)
        return " ".join(filter(None, (told, *(f"({CAUSES[cause]})" for cause in causes_of(differences)))))
    return "; ".join(map(difference_text, differences))


def causes_of(differences: Sequence[Difference]) -> tuple[DifferenceCause, ...]:
    """The causes of a change, each once."""
    return tuple(dict.fromkeys(it.cause for it in differences if it.cause is not None))


def difference_text(difference: Difference) -> str:
    """A difference as text: ``input 3 → 2``, ``capabilities +vision -pdf``."""
    before, after = _strings(difference.before), _strings(difference.after)
    cause = f" ({CAUSES[difference.cause]})" if difference.cause else ""
    if before is not None and after is not None:
        gained = [f"+{it}" for it in after if it not in before]
        lost = [f"-{it}" for it in before if it not in after]
        return f"{difference.field} {' '.join([*gained, *lost])}{cause}"
    return f"{difference.field} {value_text(difference.before)} → {value_text(difference.after)}{cause}"


def value_text(value: Value) -> str:
    """A value as text."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(value_text, value)) or "none"
        case dict():
            return " ".join(f"{name} {value_text(inner)}" for name, inner in value.items())
        case _:
            return str(value)


def _strings(value: Value) -> list[str] | None:
    """The value as a list of strings; None for any other value."""
    if not isinstance(value, list):
        return None
    strings = [it for it in value if isinstance(it, str)]
    return strings if len(strings) == len(value) else None
