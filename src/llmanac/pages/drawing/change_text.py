"""Describes changes for the pages: each fact before and after, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from llmanac.domain.pricing import RATE_NAMES
from llmanac.history.change import Change, ChangeKind, Difference, Value
from llmanac.history.wording import CAUSES, causes_of
from llmanac.pages.drawing import formatting

KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "Added",
    ChangeKind.REMOVED: "Removed",
    ChangeKind.RENAMED: "Renamed",
    ChangeKind.PRICE: "Price",
    ChangeKind.LIMITS: "Limits",
    ChangeKind.STATUS: "Status",
    ChangeKind.LIFECYCLE: "Last day",
    ChangeKind.CAPABILITIES: "Capabilities",
    ChangeKind.MODALITIES: "Media",
    ChangeKind.OWN: "Our own",
    ChangeKind.OTHER: "Other",
}

RATES = frozenset(RATE_NAMES)


@dataclass(frozen=True, slots=True)
class ValueStep:
    """A fact before and after a change, as text."""

    fact: str
    before: str
    after: str
    percent: str | None = None
    """The relative change of a number, with its sign."""
    rises: bool = False
    note: str | None = None
    """The cause, where it is not that a source changed what it states."""


@dataclass(frozen=True, slots=True)
class DescribedChange:
    """A change as a page shows it."""

    day: date
    kind: str
    change: Change
    steps: tuple[ValueStep, ...]
    remark: str | None = None
    """The description of an added, removed or renamed offer, in place of steps."""


def describe_change(change: Change, day: date) -> DescribedChange:
    """Describe a change in words."""
    if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        return DescribedChange(day, KINDS[change.kind], change, (), _summary(change))
    if change.kind is ChangeKind.RENAMED:
        return DescribedChange(day, KINDS[change.kind], change, (), f"was {change.previous}")
    return DescribedChange(day, KINDS[change.kind], change, tuple(_step(it) for it in change.differences))


def _summary(change: Change) -> str:
    """The context and the prices of an added or removed offer, and the cause where it is not that a source changed."""
    was_added = change.kind is ChangeKind.ADDED
    facts = {it.field: it.after if was_added else it.before for it in change.differences}
    parts = []
    if facts.get("context"):
        parts.append(fact_text("context", facts["context"]))
    if facts.get("input") is not None:
        parts.append(f"{fact_text('input', facts['input'])} in, {fact_text('output', facts.get('output'))} out")
    return " · ".join([*parts, *(CAUSES[cause] for cause in causes_of(change.differences))])


def _step(difference: Difference) -> ValueStep:
    before, after = difference.before, difference.after
    note = CAUSES[difference.cause] if difference.cause else None
    if isinstance(before, list) and isinstance(after, list):
        return replace(_list_step(difference.field, before, after), note=note)
    percent, rises = None, False
    if isinstance(before, int | float) and isinstance(after, int | float) and not isinstance(before, bool) and before:
        ratio = after / before - 1
        percent, rises = f"{ratio:+.0%}" if abs(ratio) >= 0.01 else f"{ratio:+.1%}", ratio > 0  # noqa: PLR2004 -- a per cent
    return ValueStep(
        fact_name(difference.field),
        fact_text(difference.field, before),
        fact_text(difference.field, after),
        percent,
        rises,
        note,
    )


def _list_step(field: str, before: list[Value], after: list[Value]) -> ValueStep:
    """The step of a list; of lists of strings, only the removed and the added items."""
    if all(isinstance(it, str) for it in (*before, *after)):
        gone = [fact_name(str(it)) for it in before if it not in after]
        new = [fact_name(str(it)) for it in after if it not in before]
        return ValueStep(fact_name(field), ", ".join(gone) or "", ", ".join(new) or "")
    return ValueStep(fact_name(field), fact_text(field, before), fact_text(field, after))


def fact_text(field: str, value: Value) -> str:
    """The value of a fact as text, in its unit."""
    match value:
        case None | []:
            return formatting.UNKNOWN
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(field, value)
        case [dict(), *_]:
            return "; ".join(_tier(tier) for tier in value if isinstance(tier, dict))
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _number(field: str, value: float) -> str:
    if field in RATES:
        return formatting.money(Decimal(str(value)))
    return formatting.tokens(int(value)) if field in formatting.TOKEN_FIELDS else str(value)


def _tier(tier: dict[str, Value]) -> str:
    prices = ", ".join(f"{fact_text(name, price)} {fact_name(name)}" for name, price in tier.items() if name != "above")
    above = tier.get("above")
    return f"above {formatting.tokens(above) if isinstance(above, int) else formatting.UNKNOWN}: {prices}"


def fact_name(field: str) -> str:
    """The name of a fact, for people."""
    return "LiteLLM id" if field == "litellm" else field.replace("_", " ")
