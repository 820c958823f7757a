"""The table of facts that are compared between two offers.

Popularity is not among them, since it depends on other offers; nor is ``last_updated``, which upstream touches
for no stated reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from llmanac.domain.amounts import json_number
from llmanac.domain.own_facts import NO_OWN_FACTS, OwnFacts
from llmanac.domain.pricing import RATE_NAMES, Fee, OffPeak, Rates, Service, Tier
from llmanac.domain.records import Capability, Offer
from llmanac.history.change import ChangeKind, Value


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of an offer, and the kind of change that it belongs to."""

    name: str
    kind: ChangeKind
    read: Callable[[Offer], Value]


def rates(stated: Rates) -> dict[str, Value]:
    """The known rates, by name."""
    return {name: json_number(price) for name in RATE_NAMES if (price := getattr(stated, name)) is not None}


def _rate(name: str) -> Callable[[Offer], Value]:
    read = attrgetter(f"price.rates.{name}")
    return lambda offer: json_number(read(offer))


def tiers(stated: Iterable[Tier]) -> list[Value]:
    """The tiers, each with its bound in tokens and its known rates."""
    return [{"above": tier.above, **rates(tier.rates)} for tier in stated]


def services(stated: Iterable[Service]) -> list[Value]:
    """The other services, each with its name, its known rates, and its tiers if it has any."""
    return [{"name": it.name, **rates(it.rates), **({"tiers": tiers(it.tiers)} if it.tiers else {})} for it in stated]


def off_peak(stated: OffPeak | None) -> Value:
    """The rates in off-peak and peak hours, and the off-peak hours: days of the week, and minutes of the day in UTC."""
    if stated is None:
        return None
    windows: list[Value] = [
        {"start": it.start, "end": it.end, "weekdays": list(it.weekdays), "timezone": it.timezone}
        for it in stated.windows
    ]
    return {"rates": rates(stated.rates), "peak": rates(stated.peak), "windows": windows}


def fees(stated: Iterable[Fee]) -> list[Value]:
    """The prices for anything but tokens, each with its name, its unit and its price."""
    return [{"name": it.name, "unit": it.unit, "price": json_number(it.price)} for it in stated]


def _capabilities(offer: Offer) -> Value:
    return [capability.value for capability in offer.capabilities]


def _lifecycle_date(name: str) -> Callable[[Offer], Value]:
    read = attrgetter(f"lifecycle.{name}")
    return lambda offer: stated.date if (stated := read(offer)) is not None else None


def _litellm(offer: Offer) -> Value:
    return offer.litellm.id if offer.litellm is not None and offer.litellm.known else None


OWN_NAMES = tuple(field.name for field in fields(OwnFacts))
"""The names of the facts that only an organisation states."""


def own_fact(name: str) -> Callable[[Offer], Any]:
    """Reads a fact that only an organisation states; None where it states none."""

    def read(offer: Offer) -> Value:
        stated = getattr(offer.own or NO_OWN_FACTS, name)
        return list(stated) or None if isinstance(stated, tuple) else stated

    return read


FACTS = (
    *(Fact(name, ChangeKind.PRICE, _rate(name)) for name in RATE_NAMES),
    Fact("tiers", ChangeKind.PRICE, lambda offer: tiers(offer.price.tiers) or None),
    Fact("services", ChangeKind.PRICE, lambda offer: services(offer.price.services) or None),
    Fact("off_peak", ChangeKind.PRICE, lambda offer: off_peak(offer.price.off_peak)),
    Fact("price_state", ChangeKind.PRICE, lambda offer: offer.price.state.value),
    Fact("context", ChangeKind.LIMITS, attrgetter("limits.context")),
    Fact("max_output", ChangeKind.LIMITS, attrgetter("limits.output")),
    Fact("max_input", ChangeKind.LIMITS, attrgetter("limits.input")),
    Fact("status", ChangeKind.STATUS, attrgetter("status")),
    Fact("retires_on", ChangeKind.LIFECYCLE, _lifecycle_date("retires_on")),
    Fact("retires_not_before", ChangeKind.LIFECYCLE, _lifecycle_date("retires_not_before")),
    Fact("capabilities", ChangeKind.CAPABILITIES, _capabilities),
    Fact("input_modalities", ChangeKind.MODALITIES, lambda offer: list(offer.modalities.input)),
    Fact("output_modalities", ChangeKind.MODALITIES, lambda offer: list(offer.modalities.output)),
    *(Fact(name, ChangeKind.OWN, own_fact(name)) for name in OWN_NAMES),
    Fact("name", ChangeKind.OTHER, attrgetter("name")),
    Fact("family", ChangeKind.OTHER, attrgetter("family")),
    Fact("open_weights", ChangeKind.OTHER, attrgetter("open_weights")),
    Fact("knowledge", ChangeKind.OTHER, attrgetter("knowledge")),
    Fact("release_date", ChangeKind.OTHER, attrgetter("release_date")),
    Fact("litellm", ChangeKind.OTHER, _litellm),
)

NAMES = frozenset(fact.name for fact in FACTS) | frozenset(Capability)
"""The names that a feed can be listed as lacking: facts and single capabilities."""


def facts_of(offer: Offer) -> Mapping[str, Value]:
    """The known facts of an offer, by their names in FACTS."""
    values = {fact.name: fact.read(offer) for fact in FACTS}
    return {name: value for name, value in values.items() if value not in (None, [])}
