"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.auth.scope import Scope
from llmanac.auth.token import TokenId
from llmanac.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody whose credential was found good, and what that lets them do.

    ``scopes`` are names rather than Scope: a newer version that shares the database may have granted
    one that this version does not know. It stays listed, and opens nothing here.
    """

    id: TokenId | None
    """The token's; None where no token is asked for."""
    name: str
    scopes: frozenset[str]

    @property
    def key(self) -> str:
        """Tells this principal from every other; a name with a colon in it is of an identity provider."""
        return self.id or self.name

    def may(self, scope: Scope) -> bool:
        """Whether this reaches as far as ``scope``."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def holds(self, name: str) -> bool:
        """The same of a scope by its name, which may be one that this version does not know."""
        return name in self.scopes or Scope.ADMIN in self.scopes

    def require(self, scope: Scope) -> None:
        """Raises Forbidden that names the missing scope."""
        if not self.may(scope):
            raise Forbidden(
                f"This needs a token with the scope {scope.value}; "
                f"yours, {self.name!r}, has {', '.join(sorted(self.scopes)) or 'none'}."
            )


ANONYMOUS = Principal(None, "anonymous", frozenset({Scope.CATALOG_READ}))
"""Anyone, where the operator asks for no tokens: may read, and no more."""
