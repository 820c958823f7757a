"""The scopes that a token can have."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from llmanac.errors import InvalidParameters, ParameterFault


class Scope(StrEnum):
    """A permission of a token. Each is granted separately; only ``admin`` includes the others."""

    CATALOG_READ = "catalog:read"
    """Read the catalog."""
    REFRESH_WRITE = "refresh:write"
    """Refresh from the sources, and decide on changes that are held."""
    OVERLAYS_WRITE = "overlays:write"
    """Write overlays, which correct the catalog for everyone, and see who wrote which."""
    POLICIES_WRITE = "policies:write"
    """Write policies, see what they show, and approve new arrivals."""
    TOKENS_ADMIN = "tokens:admin"
    """Create, list, rotate and revoke tokens with no more scopes than one's own."""
    AUDIT_READ = "audit:read"
    """Read the audit log."""
    ADMIN = "admin"
    """Everything, including what later versions add."""


DEFAULT_SCOPES = frozenset({Scope.CATALOG_READ})
"""The scopes of a token that is created without naming any."""


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes with these names; the default ones for no names.

    Raises InvalidParameters, which names every unknown scope and lists the known ones.
    """
    given = tuple(names)
    known = {scope.value for scope in Scope}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InvalidParameters(
            f"Unknown scope {', '.join(map(repr, unknown))}. The scopes are {', '.join(Scope)}.",
            faults=tuple(ParameterFault(("scopes", given.index(name)), "Unknown scope", "enum") for name in unknown),
        )
    return frozenset(map(Scope, given)) or DEFAULT_SCOPES
