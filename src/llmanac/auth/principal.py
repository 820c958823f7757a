"""The principal: who makes a request, and with which scopes."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.auth.scope import Scope
from llmanac.auth.token import TokenId
from llmanac.errors import Forbidden, InvalidToken
from llmanac.paths import KEY_PREFIX


@dataclass(frozen=True, slots=True)
class Principal:
    """The bearer of a valid credential, with the scopes that it grants.

    ``scopes`` are names rather than Scope: a newer version that shares the database may have granted
    one that this version does not know. It is listed, and grants nothing here.
    """

    id: TokenId | None
    """The token's id; None for a JWT, and where authentication is off."""
    name: str
    scopes: frozenset[str]
    policies: tuple[str, ...] = ()
    """The names of the policies that its token was made with."""
    claims: frozenset[tuple[str, str]] = frozenset()
    """The claims of a JWT as pairs of name and value, for policies that are given to them; see ``auth.claims``."""
    in_path: bool = False
    """Whether its token is a key in paths."""

    @property
    def key(self) -> str:
        """A unique key of this principal; one with a colon in it belongs to an identity provider."""
        return self.id or self.name

    def may(self, scope: Scope) -> bool:
        """Whether the principal has this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def holds(self, name: str) -> bool:
        """Whether the principal has the scope of this name, which this version may not know."""
        return name in self.scopes or Scope.ADMIN in self.scopes

    def require_place(self, *, in_path: bool) -> None:
        """Require that the credential was sent where it belongs. Raises InvalidToken.

        A key in a path is seen by whoever sees addresses, so it is made for that alone, and is good for nothing else.
        """
        if self.in_path is in_path:
            return
        if in_path:
            raise InvalidToken("This token was not made for addresses: `llmanac token create --in-path` makes one.")
        raise InvalidToken(f"This token is a key in addresses, {KEY_PREFIX}<token>/…, and no credential elsewhere.")

    def require(self, scope: Scope) -> None:
        """Require a scope. Raises Forbidden, which names it, where the principal lacks it."""
        if not self.may(scope):
            raise Forbidden(
                f"This needs a token with the scope {scope.value}; "
                f"yours, {self.name!r}, has {', '.join(sorted(self.scopes)) or 'none'}."
            )


ANONYMOUS = Principal(None, "anonymous", frozenset({Scope.CATALOG_READ}))
"""The principal of every request where authentication is off: it may only read."""
