"""Statements: what rules state, made ready to be applied to many offers, and to be compared."""

from __future__ import annotations

from llmanac.rules.changed_offer import steps_of
from llmanac.rules.overlay import Changes
from llmanac.rules.stated_facts import stated_facts


class Statement:
    """The statement of one rule about its offers."""

    __slots__ = ("facts", "steps")

    def __init__(self, changes: Changes) -> None:
        self.steps = steps_of(changes)
        """Apply it to an offer."""
        self.facts = stated_facts(changes)
        """The facts that it states, with their values; RELATIVE for one that depends on the rules below."""
