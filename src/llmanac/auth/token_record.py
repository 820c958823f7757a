"""The stored record of a token, and its status at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from llmanac.auth.principal import Principal
from llmanac.auth.token import TokenId


class TokenStatus(StrEnum):
    """The state of a token at a given time."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """A stored token, without its secret. All times are UTC."""

    id: TokenId
    name: str
    scopes: frozenset[str]
    """Scope names, which may include some that only a newer version knows."""
    digest: bytes = field(repr=False)
    """The SHA-256 of the whole token, 32 bytes."""
    created_at: datetime
    expires_at: datetime | None = None
    """The first moment at which the token is no longer valid; None for never."""
    revoked_at: datetime | None = None
    policies: tuple[str, ...] = ()
    """The names of the policies that its bearer is under, in alphabetical order."""
    in_path: bool = False
    """Whether it is a key in paths, ``/k/<token>/…``, and no credential anywhere else."""

    def status(self, now: datetime) -> TokenStatus:
        """The status at this time; a revoked token stays revoked past its expiry."""
        if self.revoked_at is not None:
            return TokenStatus.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return TokenStatus.EXPIRED
        return TokenStatus.LIVE

    @property
    def principal(self) -> Principal:
        """The principal of a request that presents this token."""
        return Principal(self.id, self.name, self.scopes, self.policies, in_path=self.in_path)
