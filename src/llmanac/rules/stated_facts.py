"""The facts that a rule states of an offer: which they are, and how each is read from an offer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from llmanac.domain.pricing import RATE_NAMES
from llmanac.domain.records import Offer
from llmanac.history.change import Value
from llmanac.history.facts import FACTS, fees
from llmanac.rules.overlay import Changes, is_marked

PRICE_FACTS = (*RATE_NAMES, "tiers", "services", "off_peak", "fees")
"""The facts that a discount or a factor changes."""


def _deprecated_on(offer: Offer) -> Value:
    return offer.lifecycle.deprecated_on.date if offer.lifecycle.deprecated_on else None


READERS: Mapping[str, Callable[[Offer], Value]] = {
    **{fact.name: fact.read for fact in FACTS},
    "fees": lambda offer: fees(offer.price.fees) or None,
    "kind": lambda offer: offer.kind.value,
    "litellm": lambda offer: offer.litellm.id if offer.litellm else None,
    "api_base": lambda offer: offer.litellm.api_base if offer.litellm else None,
    "deprecated_on": _deprecated_on,
}
"""Reads a fact of an offer, as in JSON, by the name of the fact."""

MULTIPLIERS = frozenset({"discount", "factor"})
NO_FACTS = MULTIPLIERS | {"unset"}
"""Fields of Changes that are no facts by themselves."""

IN_PARTS: Mapping[str, Mapping[str, str]] = {
    "rates": {name: name for name in RATE_NAMES},
    "limits": {"context": "context", "output": "max_output", "input": "max_input"},
    "modalities": {"input": "input_modalities", "output": "output_modalities"},
}
"""The facts of a field of Changes that has several, by the names of its parts."""


RELATIVE: Final = object()
"""Stands for a value that depends on the rules below: of a discount, a factor, or a list that is changed."""


def stated_facts(changes: Changes) -> Mapping[str, Hashable]:
    """The facts that a rule states, each with its value as the rule has it; None for one that becomes unknown."""
    names = changes.model_fields_set
    stated: dict[str, Hashable] = {}
    for cleared in changes.unset:
        stated.update(dict.fromkeys(IN_PARTS.get(cleared, {cleared: cleared}).values()))
    for name in sorted(names - NO_FACTS):
        value: Any = getattr(changes, name)
        if name not in IN_PARTS:
            stated[name] = _comparable(name, value)
        elif value is not None:
            parts = IN_PARTS[name].items()
            stated.update({fact: getattr(value, it) for it, fact in parts if it in value.model_fields_set})
    if not names.isdisjoint(MULTIPLIERS):
        stated.update(dict.fromkeys(PRICE_FACTS, RELATIVE))
    return stated


def _comparable(name: str, value: Any) -> Any:
    """The value of a field, equal to that of another rule that states the same."""
    if not isinstance(value, tuple):
        return value
    if name == "tiers":
        return frozenset(value) or None
    if is_marked(value):
        return RELATIVE
    return frozenset(value) if name == "capabilities" else tuple(dict.fromkeys(value)) or None
