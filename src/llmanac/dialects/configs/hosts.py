"""How a host is called: its address, its protocol, the variable with its key, and LiteLLM's way to it."""

from __future__ import annotations

import re

from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.records import LiteLLMRoute, Offer, Provider, RouteKind
from llmanac.ingest.merge.litellm_routes import COMPATIBLE_PREFIXES

OPENAI_COMPATIBLE = "@ai-sdk/openai-compatible"
"""The package for a host that has an address, and names none."""
KEY = re.compile(r"(API_?KEY|_TOKEN|_PAT|(?<!_ACCESS)_KEY)$")
"""The end of a variable that holds a key, where a host has several; half of one is no key."""
IN_ADDRESS = re.compile(r"\$\{(\w+)\}")
"""A variable in the address of a host."""


def host_of(offer: Offer, served: ServedCatalog) -> Provider:
    """The host of an offer, with no facts but its id where nothing else is known."""
    return served.catalog.provider(offer.provider) or Provider(id=offer.provider)


def package_of(host: Provider) -> str | None:
    """The AI SDK's package that speaks a host's protocol; None where it is unknown."""
    return host.npm or (OPENAI_COMPATIBLE if host.api else None)


def key_variable(host: Provider) -> str | None:
    """The name of the environment variable with the host's key; None where no single one holds it."""
    if len(host.env) == 1:
        return host.env[0]
    return next((name for name in host.env if KEY.search(name)), None)


def litellm_route(offer: Offer, host: Provider) -> LiteLLMRoute | None:
    """The way in which LiteLLM calls an offer; of one that the organisation adds, by what is stated of its host."""
    if offer.litellm is not None:
        return offer.litellm
    prefix = host.litellm_prefix or (COMPATIBLE_PREFIXES.get(package_of(host) or "") if host.api else None)
    if prefix is None:
        return None
    kind = RouteKind.NATIVE if host.api is None else RouteKind.COMPATIBLE
    return LiteLLMRoute(id=f"{prefix}/{offer.model}", kind=kind, known=False, primary=False, api_base=host.api)
