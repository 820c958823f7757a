"""What is kept of a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from llmanac.auth.principal import Principal
from llmanac.auth.token import TokenId


class TokenStatus(StrEnum):
    """Whether a token is good now."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """A token without its secret. All times are UTC."""

    id: TokenId
    name: str
    scopes: frozenset[str]
    """Names of scopes, which may include some of a newer version."""
    digest: bytes = field(repr=False)
    """The SHA-256 of the whole token, 32 bytes."""
    created_at: datetime
    expires_at: datetime | None = None
    """The first moment at which it is no longer good; None for never."""
    revoked_at: datetime | None = None

    def status(self, now: datetime) -> TokenStatus:
        """Whether the token is good at this time; a revoked one stays so past its expiry."""
        if self.revoked_at is not None:
            return TokenStatus.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return TokenStatus.EXPIRED
        return TokenStatus.LIVE

    @property
    def principal(self) -> Principal:
        """Who presents this token."""
        return Principal(self.id, self.name, self.scopes)
