"""What a token may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from llmanac.errors import InvalidParameters, ParameterFault


class Scope(StrEnum):
    """One thing that a token may do; each is granted by itself, and only ``admin`` holds the others."""

    CATALOG_READ = "catalog:read"
    """Read the catalog."""
    REFRESH_WRITE = "refresh:write"
    """Ask the sources anew, and decide on changes that are held."""
    TOKENS_ADMIN = "tokens:admin"
    """Create, list, rotate and revoke tokens that reach no further than the own one."""
    AUDIT_READ = "audit:read"
    """Read who changed what."""
    ADMIN = "admin"
    """Everything, also what later versions add."""


DEFAULT_SCOPES = frozenset({Scope.CATALOG_READ})
"""What a token may do that was created without naming scopes."""


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes of these names, or the default ones where there are none.

    Raises InvalidParameters that names every unknown scope, and the known ones.
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
