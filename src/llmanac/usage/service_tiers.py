"""Service tiers: the names by which vendors call the services that requests are served by."""

from __future__ import annotations

from llmanac.usage.record import STANDARD

STANDARD_TIERS = frozenset({"default", "standard", "auto", "on_demand"})
"""Names of the standard service."""
LONGEST = 40
"""Characters of a name that are kept."""


def service_of(tier: object) -> str:
    """The service that a tier stands for."""
    if tier is None or (isinstance(tier, str) and tier in STANDARD_TIERS):
        return STANDARD
    return str(tier)[:LONGEST]
