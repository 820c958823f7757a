"""The facts that a rule states of an offer: which they are, and how each is read from an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from llmanac.domain.pricing import RATE_NAMES
from llmanac.domain.records import Offer
from llmanac.history.change import Value
from llmanac.history.facts import FACTS, fees
from llmanac.rules.overlay import Changes

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

IN_PARTS: Mapping[str, Mapping[str, str]] = {
    "rates": {name: name for name in RATE_NAMES},
    "limits": {"context": "context", "output": "max_output", "input": "max_input"},
    "modalities": {"input": "input_modalities", "output": "output_modalities"},
}
"""The facts of a field of Changes that has several, by the names of its parts."""


def stated_facts(changes: Changes) -> Iterator[str]:
    """The names of the facts that a rule states."""
    for name in changes.model_fields_set:
        if name == "unset":
            for cleared in changes.unset:
                yield from IN_PARTS.get(cleared, {cleared: cleared}).values()
        elif name in {"discount", "factor"}:
            yield from PRICE_FACTS
        elif name in IN_PARTS:
            part: Any = getattr(changes, name)
            yield from (IN_PARTS[name][it] for it in part.model_fields_set) if part is not None else ()
        else:
            yield name
