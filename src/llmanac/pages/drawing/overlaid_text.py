"""The statements of the organisation's overlays about a model, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llmanac.history.change import Value
from llmanac.history.wording import value_text
from llmanac.pages.drawing.change_text import fact_name, fact_text
from llmanac.service.details.overlaid_facts import OverlaidStatement, StatingRule

STRUCTURED = frozenset({"services", "off_peak", "fees"})
"""Facts of which one number is not all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedStatement:
    """A fact that an overlay states, as a page shows it."""

    fact: str
    """Its name, for people."""
    ours: str
    otherwise: str
    """The value without the overlay."""
    reason: str
    stated_by: str
    """The author of the rule, and until when it holds."""

    @property
    def summary(self) -> str:
        """All of it but the value that is served, in a line."""
        return f"Ours, in place of {self.otherwise}: {self.reason} ({self.stated_by})"


def describe_statements(statements: Mapping[str, OverlaidStatement]) -> dict[str, DescribedStatement]:
    """The facts that overlays state of an offer, by name, in words."""
    return {
        name: DescribedStatement(
            fact=fact_name(name),
            ours=statement_text(name, it.value),
            otherwise=statement_text(name, it.upstream),
            reason=it.stated_by.reason,
            stated_by=describe_rule(it.stated_by),
        )
        for name, it in statements.items()
    }


def describe_rule(rule: StatingRule) -> str:
    """The author of a rule, its place in its overlay, and when it holds."""
    since = f", from {rule.valid_from} on" if rule.valid_from else ""
    until = f", until {rule.valid_until}" if rule.valid_until else ""
    return f"{rule.author}, rule {rule.rule} of {rule.overlay}{since}{until}"


def statement_text(name: str, value: Value) -> str:
    """The value of a fact that an overlay states, in words."""
    return value_text(value) if name in STRUCTURED and value is not None else fact_text(name, value)
