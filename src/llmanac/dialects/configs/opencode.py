"""opencode's providers: each host with exactly the models that were asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.hosts import host_of, package_of
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced
from llmanac.domain.amounts import json_number
from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Capability, Limits, ModelKind, Offer, Provider

SCHEMA_URL = "https://opencode.ai/config.json"
FLAGS = {
    "attachment": Capability.ATTACHMENT,
    "reasoning": Capability.REASONING,
    "temperature": Capability.TEMPERATURE,
    "tool_call": Capability.TOOL_CALL,
}
"""Flags of a model. Each is always written: opencode takes a missing ``tool_call`` for true."""
STATUSES = frozenset({"alpha", "beta", "deprecated"})
RATES = ("input", "output", "cache_read", "cache_write")
IN_PLAN = {"input": 0, "output": 0}
"""models.dev's own price of what is part of a plan."""


def make(offers: Sequence[Offer], served: ServedCatalog) -> bytes:
    """A configuration with the hosts of the offers, in the order in which these name them."""
    by_host: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        by_host[offer.provider].append(offer)
    hosts = {id_: _host(host_of(found[0], served), found, served) for id_, found in by_host.items()}
    made = {"$schema": SCHEMA_URL, "provider": hosts}
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def omission(offer: Offer, served: ServedCatalog) -> str | None:
    """Why opencode cannot call an offer."""
    if offer.kind is not ModelKind.CHAT:
        return "no chat"
    if offer.status == "deprecated":
        return "deprecated: opencode shows none"
    return None if package_of(host_of(offer, served)) else "the protocol of its host is unknown"


def _host(host: Provider, offers: Sequence[Offer], served: ServedCatalog) -> dict[str, Any]:
    stated = {"npm": package_of(host), "api": host.api}
    return {
        "name": host.name or host.id,
        **{name: value for name, value in stated.items() if value is not None},
        "env": host.env,
        # Else opencode shows every other model of a host that it knows, too.
        "whitelist": [offer.model for offer in offers],
        "models": {offer.model: _model(offer, served.raw_record(MODELS_DEV, offer.id) or {}) for offer in offers},
    }


def _model(offer: Offer, record: Mapping[str, Any]) -> dict[str, Any]:
    inputs, outputs = offer.modalities.input, offer.modalities.output
    stated = {
        "name": offer.name,
        "family": offer.family,
        "release_date": offer.release_date,
        "status": offer.status if offer.status in STATUSES else None,
        **{name: capability in offer.capabilities for name, capability in FLAGS.items()},
        "modalities": {"input": inputs, "output": outputs} if inputs and outputs else None,
        "limit": _limit(offer.limits),
        "cost": _cost(offer.price),
        "provider": _called_otherwise(record),
    }
    return {name: value for name, value in stated.items() if value is not None}


def _limit(limits: Limits) -> dict[str, int] | None:
    """The limits; None unless both context and output are known, since opencode takes no single one."""
    stated = {"context": limits.context, "input": limits.input, "output": limits.output}
    if limits.context is None or limits.output is None:
        return None
    return {name: limit for name, limit in stated.items() if limit is not None}


def _cost(price: Price) -> dict[str, Any] | None:
    """USD per million tokens; None where input or output is unknown, or varies."""
    if price.state is PriceState.IN_PLAN:
        return IN_PLAN
    if not is_priced(price):
        return None
    stated = {name: getattr(price.rates, name) for name in RATES}
    return {name: json_number(rate) for name, rate in stated.items() if rate is not None}


def _called_otherwise(record: Mapping[str, Any]) -> dict[str, str] | None:
    """The package and the address of a model that is not called as the other models of its host are."""
    own = record.get("provider")
    stated = (
        {name: own[name] for name in ("npm", "api") if isinstance(own.get(name), str)} if isinstance(own, dict) else {}
    )
    return stated or None


CONFIG = Config(
    name="opencode",
    client="opencode",
    file_name="opencode.json",
    media_type="application/json",
    omission=omission,
    make=make,
)
